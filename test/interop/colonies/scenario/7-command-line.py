# === the version
cli('version')
# === a key of its own
[len(cli('security', 'generate')['err']) > 100, cli('security', 'id', '--prvkey', user_key)['err'][-72:]]
# === the server is alive
cli('server', 'alive')['code']
# === statistics of the server
cli('server', 'stats')
# === statistics of the server for a user
cli('server', 'stats', COLONIES_SERVER_PRVKEY=user_key)
# === what the server says of itself [unwired]
cli('server', 'status')['code']
# === colonies
cli('colony', 'ls')
# === colonies as JSON
cli('colony', 'ls', '--json')
# === a colony is added
cli('colony', 'add', '--name', 'second', '--colonyid', crypto.id(key_of('second')))
# === added twice
cli('colony', 'add', '--name', 'second', '--colonyid', crypto.id(key_of('second')))
# === checked
cli('colony', 'check', '--name', 'dev', '--prvkey', colony_key)
# === statistics of a colony
cli('colony', 'stats')
# === removed
cli('colony', 'remove', '--name', 'second', input='YES\n')
# === a user is added
cli('user', 'add', '--name', 'carol', '--email', 'c@example.org', '--phone', '2', '--userid', crypto.id(key_of('carol')))
# === added twice
cli('user', 'add', '--name', 'carol', '--email', '', '--phone', '', '--userid', crypto.id(key_of('carol')))
# === users
cli('user', 'ls')
# === a user
cli('user', 'get', '--name', 'carol')
# === a user that is not there
cli('user', 'get', '--name', 'nobody')
# === a user takes another id
cli('user', 'chid', '--userid', crypto.id(key_of('carol-2')), key=key_of('carol'))
# === and is known by it
cli('user', 'ls', key=key_of('carol-2'))['code']
# === and not by the old one
cli('user', 'ls', key=key_of('carol'))
# === removed
cli('user', 'remove', '--name', 'carol', input='YES\n')
# === an executor is added
cli('executor', 'add', '--name', 'cli-1', '--type', 'cli', '--executorid', crypto.id(key_of('cli-1')))
# === it is approved
cli('executor', 'approve', '--name', 'cli-1')
# === executors
cli('executor', 'ls', '--type', 'cli')
# === executors as JSON
cli('executor', 'ls', '--json', '--type', 'cli')
# === an executor
cli('executor', 'get', '--name', 'cli-1')
# === an executor that is not there
cli('executor', 'get', '--name', 'nobody')
# === an executor from a file, approved
spec_file = file_of('executor.json', {'executorname': 'cli-2', 'executortype': 'cli', 'capabilities': {'hardware': [{'model': 'm', 'nodes': 1, 'mem': '1Gi', 'gpu': {'name': 'g', 'count': 1}}], 'software': [{'name': 's', 'type': 't', 'version': '1'}]}})
cli('executor', 'add', '--spec', spec_file, '--executorid', crypto.id(key_of('cli-2')), '--approve')
# === with what it has
cli('executor', 'get', '--name', 'cli-2')
# === an executor that makes its key
[cli('executor', 'create', '--name', 'cli-3', '--type', 'cli', '--approve', '--keypath', folder + '/key', '--idpath', folder + '/id')['code'], len(open(folder + '/key').read())]
# === rejected
cli('executor', 'reject', '--name', 'cli-2')
# === removed
cli('executor', 'remove', '--name', 'cli-2')
# === a removed one is not listed
'cli-2' in cli('executor', 'ls', '--type', 'cli')['out']
# === unless all are
'cli-2' in cli('executor', 'ls', '--all', '--type', 'cli')['out']
# === a function is registered
cli('function', 'register', '--name', 'cli-1', '--func', 'echo', key=key_of('cli-1'))
# === functions
sorted(cli('function', 'ls')['out'].split('\n'))
# === a function is called [unwired]
cli_key = key_of('cli-1')
executing = cli('function', 'exec', '--func', 'echo', '--targettype', 'cli', '--args', 'hello', '--kwargs', 'k:v', '--env', 'E=1', '--maxexectime', '20')
executing['code']
# === what waits
cli('process', 'psw')
# === what waits, as JSON
[one['spec']['funcname'] for one in json.loads(cli('process', 'psw', '--json')['out']) if one['spec']['conditions']['executortype'] == 'cli']
# === assigned
cli('process', 'assign', '--timeout', '5', key=cli_key)['code']
# === what runs
running = json.loads(cli('process', 'ps', '--json', '--executortype', 'cli')['out'])
[[one['spec']['args'], one['spec']['kwargs'], one['spec']['env'], one['spec']['maxexectime'], one['spec']['maxretries']] for one in running]
# === a log line
cli('log', 'add', '-p', running[0]['processid'], '-m', 'from the command line', key=cli_key)
# === the log of a process
cli('log', 'get', '-p', running[0]['processid'])
# === the log of an executor
cli('log', 'get', '-e', 'cli-1')
# === the log is searched
cli('log', 'search', '-t', 'command line')
# === an attribute
cli('attribute', 'add', '-p', running[0]['processid'], '--key', 'a', '--value', 'b', key=cli_key)
# === the attribute
printed = cli('process', 'get', '--json', '-p', running[0]['processid'])['out']
found = [one for one in json.JSONDecoder().raw_decode(printed)[0]['attributes'] if one['key'] == 'a']
cli('attribute', 'get', '--attributeid', found[0]['attributeid'])
# === closed
cli('process', 'close', '-p', running[0]['processid'], '--out', 'hello', '--out', 'again', key=cli_key)
# === a process
cli('process', 'get', '-p', running[0]['processid'])['code']
# === its output
cli('process', 'get', '--out', '-p', running[0]['processid'])
# === one that is not there
cli('process', 'get', '-p', '0' * 64)
# === what succeeded
cli('process', 'pss', '--executortype', 'cli')['code']
# === a function from a file
function_file = file_of('function.json', {'funcname': 'echo', 'args': ['x'], 'conditions': {'executortype': 'cli'}})
cli('function', 'submit', '--spec', function_file)['code']
# === failed
running = json.loads(cli('process', 'psw', '--json', '--executortype', 'cli')['out'])
[cli('process', 'assign', '--timeout', '5', key=cli_key)['code'], cli('process', 'fail', '-p', running[0]['processid'], '--errors', 'boom', key=cli_key)['code']]
# === what failed
[one['errors'] for one in json.loads(cli('process', 'psf', '--json', '--executortype', 'cli')['out'])]
# === waited for [unwired]
def serve():
    process = client.assign('dev', 10, cli_key)
    time.sleep(0.3)
    client.close(process.processid, ['served'], cli_key)


thread = threading.Thread(target=serve)
thread.start()
waited = cli('function', 'submit', '--spec', function_file, '--wait', '--out')
thread.join()
waited
# === followed [unwired]
def serve():
    process = client.assign('dev', 10, cli_key)
    client.add_log(process.processid, 'a line\n', cli_key)
    time.sleep(2)
    client.close(process.processid, ['served'], cli_key)


thread = threading.Thread(target=serve)
thread.start()
followed = cli('function', 'exec', '--func', 'echo', '--targettype', 'cli', '--follow')
thread.join()
[followed['code'], 'a line' in followed['out'] + followed['err']]
# === cancelled
cli('function', 'submit', '--spec', function_file)
running = json.loads(cli('process', 'psw', '--json', '--executortype', 'cli')['out'])
cli('process', 'cancel', '-p', running[0]['processid'])
# === what was cancelled
[one['state'] for one in json.loads(cli('process', 'psc', '--json', '--executortype', 'cli')['out'])]
# === removed
cli('process', 'remove', '-p', running[0]['processid'])
# === assignments are paused
cli('process', 'pause')
# === the standing of that
cli('process', 'status')
# === nothing is assigned meanwhile
cli('function', 'submit', '--spec', function_file)
cli('process', 'assign', '--timeout', '1', key=cli_key)
# === resumed
cli('process', 'resume')
# === the standing after that
cli('process', 'status')
# === all that wait are removed
cli('process', 'removeall', '--waiting', input='YES\n')
# === a workflow
workflow_file = file_of('workflow.json', [
    {'nodename': 'one', 'funcname': 'echo', 'conditions': {'executortype': 'cli', 'dependencies': []}},
    {'nodename': 'two', 'funcname': 'echo', 'conditions': {'executortype': 'cli', 'dependencies': ['one']}},
])
cli('workflow', 'submit', '--spec', workflow_file)
# === workflows that wait
cli('workflow', 'psw')
# === a workflow in full
graph = client.get_processgraphs('dev', 10, user_key, state=0)[0]['processgraphid']
cli('workflow', 'get', '--workflowid', graph)
# === one that is not there
cli('workflow', 'get', '--workflowid', '0' * 64)
# === running ones
process = client.assign('dev', 5, cli_key)
cli('workflow', 'ps')['code']
# === cancelled
cli('workflow', 'cancel', '--workflowid', graph)
# === what was cancelled
cli('workflow', 'psc')
# === what succeeded and what failed
[cli('workflow', 'pss')['code'], cli('workflow', 'psf')['code']]
# === removed
cli('workflow', 'remove', '--workflowid', graph)
# === all of them
cli('workflow', 'removeall', '--cancelled', input='YES\n')
# === a cron
cron_file = file_of('cron.json', [{'nodename': 'tick', 'funcname': 'echo', 'conditions': {'executortype': 'cli', 'dependencies': []}}])
cli('cron', 'add', '--name', 'cli-cron', '--spec', cron_file, '--cron', '0 0 0 1 1 *')
# === a cron with an interval
cli('cron', 'add', '--name', 'cli-interval', '--spec', cron_file, '--interval', '3600', '--waitprevious')
# === a cron with five fields
cli('cron', 'add', '--name', 'five', '--spec', cron_file, '--cron', '* * * * *')
# === they are due [unwired]
until(lambda: all(one['nextrun'] > '0002' for one in client.get_crons('dev', 10, user_key)))
# === crons
cli('cron', 'ls')
# === a cron in full
crons = {one['name']: one['cronid'] for one in client.get_crons('dev', 10, user_key)}
cli('cron', 'get', '--cronid', crons['cli-cron'])
# === run
cli('cron', 'run', '--cronid', crons['cli-cron'])
# === removed
[cli('cron', 'remove', '--cronid', one)['code'] for one in crons.values()]
# === one that is not there
cli('cron', 'get', '--cronid', '0' * 64)
# === a generator
cli('generator', 'add', '--name', 'cli-gen', '--spec', cron_file, '--trigger', '5', '--timeout', '3600')
# === generators
cli('generator', 'ls')
# === a generator in full
generator = client.get_generators('dev', user_key)[0]['generatorid']
cli('generator', 'get', '--generatorid', generator)
# === packed
cli('generator', 'pack', '--generatorid', generator, '--arg', 'x')
# === removed
cli('generator', 'remove', '--generatorid', generator)
# === a definition
definition_file = file_of('definition.json', {'kind': 'BlueprintDefinition', 'metadata': {'name': 'gadgets'}, 'spec': {
    'group': 'example.org', 'version': 'v1', 'names': {'kind': 'Gadget', 'listKind': 'GadgetList', 'singular': 'gadget', 'plural': 'gadgets'},
    'scope': 'Namespaced', 'schema': {'type': 'object', 'properties': {'size': {'type': 'integer'}}, 'required': ['size']},
    'handler': {'executorType': 'gadget-maker', 'functionName': 'reconcile'}}})
cli('blueprint', 'definition', 'add', '--spec', definition_file)
# === definitions
cli('blueprint', 'definition', 'ls')
# === a definition in full
cli('blueprint', 'definition', 'get', '--name', 'gadgets')
# === a blueprint
cli('blueprint', 'add', '--spec', file_of('gadget.json', {'kind': 'Gadget', 'metadata': {'name': 'g-1'}, 'spec': {'size': 1, 'colour': 'red'}}))
# === blueprints
cli('blueprint', 'ls')
# === a blueprint in full
sorted(cli('blueprint', 'get', '--name', 'g-1')['out'].split('\n'))
# === one value of it is set
cli('blueprint', 'set', '--name', 'g-1', '--key', 'spec.size', '--value', '2')
# === another value than the schema allows
cli('blueprint', 'set', '--name', 'g-1', '--key', 'spec.size', '--value', 'big')
# === updated from a file
cli('blueprint', 'update', '--spec', file_of('gadget.json', {'kind': 'Gadget', 'metadata': {'name': 'g-1'}, 'spec': {'size': 3}}))
# === what is wrong with it [unwired]
cli('blueprint', 'doctor')
# === reconciled
cli('blueprint', 'reconcile', '--name', 'g-1')
# === its history
cli('blueprint', 'history', '--name', 'g-1')
# === one of its generations
sorted(cli('blueprint', 'history', '--name', 'g-1', '--generation', '1')['out'].split('\n'))
# === its log
cli('blueprint', 'log', '--name', 'g-1')
# === removed
cli('blueprint', 'remove', '--name', 'g-1')
# === the definition is removed
cli('blueprint', 'definition', 'remove', '--name', 'gadgets')
# === a location
cli('location', 'add', '--name', 'hall', '--desc', 'the hall', '--long', '22.1', '--lat', '65.5')
# === added twice
cli('location', 'add', '--name', 'hall', '--desc', 'the hall', '--long', '22.1', '--lat', '65.5')
# === locations
cli('location', 'ls')
# === a location
cli('location', 'get', '--name', 'hall')
# === removed
cli('location', 'remove', '--name', 'hall', input='YES\n')
# === one that is not there
cli('location', 'get', '--name', 'hall')
# === labels of files
cli('fs', 'label', 'ls')
# === files [unwired]
cli('fs', 'ls', '-l', '/data')
# === a file
cli('fs', 'info', '-l', '/data', '-n', 'a.txt')
# === snapshots
cli('fs', 'snapshot', 'ls')
# === a snapshot [unwired]
sorted(cli('fs', 'snapshot', 'info', '-n', 'before')['out'].split('\n'))
# === a snapshot is made [unwired]
sorted(cli('fs', 'snapshot', 'create', '-l', '/data', '-n', 'after')['out'].split('\n'))
# === and removed
cli('fs', 'snapshot', 'remove', '-n', 'after')
# === all of them
cli('fs', 'snapshot', 'removeall', input='YES\n')
# === the cluster [unwired]
cli('cluster', 'info')['code']
# === a wrong key
cli('process', 'ps', key='0' * 64)
# === the key of nobody
cli('process', 'ps', key=key_of('stranger'))
# === a server that is not there
cli('colony', 'ls', COLONIES_SERVER_PORT='1')['code']
