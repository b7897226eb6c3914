# === a definition
schema = {'type': 'object', 'properties': {'image': {'type': 'string'}, 'replicas': {'type': 'integer'}}, 'required': ['image']}
names = {'kind': 'Widget', 'listKind': 'WidgetList', 'singular': 'widget', 'plural': 'widgets', 'shortNames': ['w']}
handler = {'executorType': 'widget-maker', 'functionName': 'reconcile'}
definition = {'kind': 'BlueprintDefinition', 'metadata': {'name': 'widgets.example.org', 'colonyname': 'dev'},
              'spec': {'group': 'example.org', 'version': 'v1', 'names': names, 'scope': 'Namespaced', 'schema': schema, 'handler': handler}}
added = client.add_blueprint_definition(definition, colony_key)
# === a definition by a user
client.add_blueprint_definition(definition, user_key)
# === a definition of that name again
client.add_blueprint_definition(definition, colony_key)
# === the definition
client.get_blueprint_definition('dev', 'widgets.example.org', user_key)
# === one that is not there
client.get_blueprint_definition('dev', 'nothing', user_key)
# === the definitions
client.get_blueprint_definitions('dev', user_key)


def widget(name, **spec):
    return {'kind': 'Widget', 'metadata': {'name': name, 'colonyname': 'dev', 'generation': 1, 'labels': {'a': 'b'}, 'annotations': {'c': 'd'}}, 'spec': spec}


# === a blueprint
one = client.add_blueprint(widget('w-1', image='x', replicas=1), user_key)
# === of that name again
client.add_blueprint(widget('w-1', image='x', replicas=1), user_key)
# === of a kind that nobody defined
client.add_blueprint({**widget('w-2', image='x'), 'kind': 'Gadget'}, user_key)
# === without what the schema wants
client.add_blueprint(widget('w-2', replicas=1), user_key)
# === with another type than the schema wants
client.add_blueprint(widget('w-2', image=5), user_key)
# === the blueprint
client.get_blueprint('dev', 'w-1', user_key)
# === one that is not there
client.get_blueprint('dev', 'nothing', user_key)
# === the blueprints
client.get_blueprints('dev', user_key)
# === of a kind
len(client.get_blueprints('dev', user_key, kind='Widget'))
# === for a stranger
client.get_blueprints('dev', key_of('stranger'))
# === the server made a cron for it
[made['name'] for made in client.get_crons('dev', 10, user_key)]
# === the reconciler is called
maker_key = new_executor('maker-1', 'widget-maker')
process = client.assign('dev', 5, maker_key)
client.close(process.processid, [], maker_key)
[process.spec.funcname, process.spec.kwargs]
# === it says how it is
client.update_blueprint_status('dev', 'w-1', {'ready': 1}, maker_key)
# === the status stands beside the spec
client.get_blueprint('dev', 'w-1', user_key)['status']
# === the owner may not say how it is
client.update_blueprint_status('dev', 'w-1', {'ready': 2}, colony_key)
# === a change counts
changed = client.get_blueprint('dev', 'w-1', user_key)
changed['spec']['replicas'] = 3
client.update_blueprint(changed, user_key)['metadata']['generation']
# === the same again does not
client.update_blueprint(changed, user_key)['metadata']['generation']
# === unless it is to
client.update_blueprint(changed, user_key, force_generation=True)['metadata']['generation']
# === one that is not there is not changed
client.update_blueprint(widget('nothing', image='x'), user_key)
# === a change against the schema
client.update_blueprint(widget('w-1', image=7), user_key)
# === its history
client.get_blueprint_history(one['blueprintid'], user_key)
# === the newest of it
client.get_blueprint_history(one['blueprintid'], user_key, limit=1)
# === reconciled by hand
client.reconcile_blueprint('dev', 'w-1', user_key)
# === by force
client.reconcile_blueprint('dev', 'w-1', user_key, force=True)
# === a definition that is in use stays
client.remove_blueprint_definition('dev', 'widgets.example.org', colony_key)
# === removed
client.remove_blueprint('dev', 'w-1', user_key)
# === its history went with it
client.get_blueprint_history(one['blueprintid'], user_key)
# === removed twice
client.remove_blueprint('dev', 'w-1', user_key)
# === the cron went with it
[made['name'] for made in client.get_crons('dev', 10, user_key)]
# === what the reconciler was told
[[one['spec']['funcname'], one['spec']['kwargs']] for one in client.list_processes('dev', 20, 0, user_key) if one['spec']['conditions']['executortype'] == 'widget-maker']
# === a forced one is more than the client can read
until(lambda: client.assign('dev', -1, maker_key).spec.funcname == 'cleanup')
# === it cleans up
process = client.assign('dev', -1, maker_key)
client.close(process.processid, [], maker_key)
[process.spec.funcname, process.spec.kwargs]
# === the definition is removed
client.remove_blueprint_definition('dev', 'widgets.example.org', colony_key)
# === it is not there
client.remove_blueprint_definition('dev', 'widgets.example.org', colony_key)
