# === a workflow
flow_key = new_executor('flow-1', 'flow')


def node(name, *dependencies, **more):
    made = spec(name, 'flow', nodename=name, **more)
    made.conditions.dependencies.extend(dependencies)
    return made


def flow(*nodes):
    return Workflow(colonyname='dev', functionspecs=list(nodes))


def do(*output):
    process = client.assign('dev', 5, flow_key)
    client.close(process.processid, list(output), flow_key)
    return process


graph = client.submit_workflow(flow(node('a'), node('b', 'a'), node('c', 'a'), node('d', 'b', 'c')), user_key)
[graph.state, len(graph.processids)]
# === it waits
client.get_processgraphs('dev', 10, user_key, state=0)
# === its parts [unwired]
[client.find_process(name, graph.processids, user_key).waitforparents for name in 'abcd']
# === its first part runs
do('one', 2).spec.nodename
# === the graph runs [unwired]
client.get_processgraph(graph.processgraphid, user_key).state
# === what the first gave is what the next are given [unwired]
got = [do('x'), do('y')]
sorted([one.spec.nodename, one.input] for one in got)
# === the last is given both [unwired]
last = do('end')
[last.spec.nodename, sorted(last.input)]
# === it is done [unwired]
client.get_processgraph(graph.processgraphid, user_key).state
# === listed as done
client.get_processgraphs('dev', 10, user_key, state=2)
# === a part cannot be removed
client.remove_process(graph.processids[0], user_key)
# === all processes of a workflow
client.get_processes_for_workflow(graph.processgraphid, 'dev', user_key)
# === removed
client.remove_processgraph(graph.processgraphid, user_key)
# === it is not there
client.get_processgraph(graph.processgraphid, user_key)
# === removed twice
client.remove_processgraph(graph.processgraphid, user_key)
# === a part that fails takes all with it [unwired]
graph = client.submit_workflow(flow(node('a', priority=1), node('b', 'a'), node('c')), user_key)
client.fail(client.assign('dev', 5, flow_key).processid, ['boom'], flow_key)
[client.get_processgraph(graph.processgraphid, user_key).state] + [client.find_process(name, graph.processids, user_key).state for name in 'abc']
# === a leaf that fails does not
graph = client.submit_workflow(flow(node('a', priority=1), node('b')), user_key)
client.fail(client.assign('dev', 5, flow_key).processid, ['boom'], flow_key)
states = [client.get_processgraph(graph.processgraphid, user_key).state] + [client.find_process(name, graph.processids, user_key).state for name in 'ab']
do('still')
states
# === no name
client.submit_workflow(flow(spec('f', 'flow')), user_key)
# === a name twice
client.submit_workflow(flow(node('a'), node('a')), user_key)
# === a child is added to a running part
graph = client.submit_workflow(flow(node('a'), node('b', 'a')), user_key)
parent = client.assign('dev', 5, flow_key)
child = client.add_child(graph.processgraphid, parent.processid, '', node('child'), 'child', False, flow_key)
client.close(parent.processid, ['from a'], flow_key)
sorted([one.spec.nodename, one.input] for one in (do('1'), do('2')))
# === a child is put between
graph = client.submit_workflow(flow(node('a'), node('b', 'a')), user_key)
parent = client.assign('dev', 5, flow_key)
client.add_child(graph.processgraphid, parent.processid, '', node('between'), 'between', True, flow_key)
client.close(parent.processid, ['from a'], flow_key)
[[one.spec.nodename, one.input] for one in (do('from between'), do('end'))]
# === a child of what is over
client.add_child(graph.processgraphid, parent.processid, '', node('late'), 'late', False, flow_key)
# === map and reduce, as it is described [unwired]
graph = client.submit_workflow(flow(node('map'), node('reduce', 'map')), user_key)
parent = client.assign('dev', 5, flow_key)
reducing = client.find_process('reduce', graph.processids, user_key)
for n in range(3):
    client.add_child(graph.processgraphid, parent.processid, reducing.processid, node(f'gen-{n}'), f'gen-{n}', False, flow_key)
client.close(parent.processid, [], flow_key)
for n in range(3):
    do(n)
last = do('sum')
[last.spec.nodename, sorted(last.input), client.get_processgraph(graph.processgraphid, user_key).state]
# === a time limit of zero is no limit in a workflow
graph = client.submit_workflow(flow(spec('f', 'flow', nodename='zero', maxexectime=0)), user_key)
do('x').spec.maxexectime
# === all of them
client.remove_all_processgraphs('dev', colony_key, state=-1)
# === without a state, the waiting ones
client.remove_all_processgraphs('dev', colony_key)
# === running ones cannot be removed
client.remove_all_processgraphs('dev', colony_key, state=1)
