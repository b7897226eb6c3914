# === memory and processors as the server keeps them
kept = client.submit_func_spec(spec('fits', 'sized', conditions={'mem': '10Gi', 'cpu': '1000m', 'storage': '1Gi', 'nodes': 2, 'processes': 3, 'processespernode': 1, 'walltime': 60}), user_key)
client.get_process(kept.processid, user_key).spec.conditions.mem
# === names of executors
process = client.submit_func_spec(spec('named', 'sized', conditions={'executornames': ['worker-1']}), user_key)
# === a priority that is too high
client.submit_func_spec(spec(priority=50001), user_key)
# === memory that is none
client.submit_func_spec(spec(conditions={'mem': 'lots'}), user_key)
# === a bare number as memory
client.submit_func_spec(spec(conditions={'mem': '1000'}), user_key)
# === memory in a unit that it does not know how to read
client.submit_func_spec(spec(conditions={'mem': '1GB'}), user_key)
# === decimal memory is cut off
kept = client.submit_func_spec(spec('decimal', 'sized', conditions={'mem': '1000M', 'cpu': '4'}), user_key)
[kept.spec.conditions.mem, kept.spec.conditions.cpu]
# === a processor that is none
client.submit_func_spec(spec(conditions={'cpu': 'xm'}), user_key)
# === free-form arguments
raw = client._Colonies__rpc({'msgtype': 'submitfuncspecmsg', 'spec': {'funcname': 'raw', 'args': [9007199254740993, 1.0, None, {'a': [True]}], 'kwargs': None,
    'conditions': {'colonyname': 'dev', 'executortype': 'sized', 'executornames': ['*'], 'gpu': {'name': 'g', 'mem': '2Gi', 'count': 1, 'nodecount': 3}}}}, user_key)
client._Colonies__rpc({'msgtype': 'getprocessmsg', 'processid': raw['processid']}, user_key)['spec']
# === a specification that is none
client._Colonies__rpc({'msgtype': 'submitfuncspecmsg', 'spec': None}, user_key)
# === a text where a number has to be
client._Colonies__rpc({'msgtype': 'assignprocessmsg', 'colonyname': 'dev', 'timeout': '1'}, worker_key)
# === another message than the envelope says
import base64
payload = base64.b64encode(json.dumps({'msgtype': 'getusersmsg', 'colonyname': 'dev'}).encode()).decode()


def post(**envelope):
    import requests
    answer = requests.post(client.url, data=json.dumps(envelope))
    return [answer.status_code, json.loads(base64.b64decode(answer.json()['payload']))]


post(payloadtype='getexecutorsmsg', payload=payload, signature=crypto.sign(payload, user_key))
# === a signature that is too short
post(payloadtype='getusersmsg', payload=payload, signature='ab')
# === no signature
post(payloadtype='getusersmsg', payload=payload, signature='')
# === a signature that is no number
post(payloadtype='getusersmsg', payload=payload, signature='zz' * 65)
# === a message that there is not
payload = base64.b64encode(json.dumps({'msgtype': 'foomsg'}).encode()).decode()
post(payloadtype='foomsg', payload=payload, signature=crypto.sign(payload, user_key))
# === a payload that is no JSON
payload = base64.b64encode(b'{').decode()
post(payloadtype='getusersmsg', payload=payload, signature=crypto.sign(payload, user_key))
# === unsigned
payload = base64.b64encode(json.dumps({'msgtype': 'versionmsg'}).encode()).decode()
post(payloadtype='versionmsg', payload=payload, signature='')
# === names that it takes as they are
odd = client._Colonies__rpc({'msgtype': 'addexecutormsg', 'executor': {'executorname': 'an odd/name ü', 'executorid': crypto.id(key_of('odd')), 'colonyname': 'dev', 'executortype': 'odd', 'capabilities': {'hardware': {}, 'software': []}}}, colony_key)
# === the executor's own capabilities by another
client._Colonies__rpc({'msgtype': 'updateexecutormsg', 'colonyname': 'dev', 'executorname': 'worker-1', 'capabilities': {'hardware': [], 'software': []}}, user_key)
# === its own id by a user
client._Colonies__rpc({'msgtype': 'changeexecutoridmsg', 'colonyname': 'dev', 'executorid': crypto.id(key_of('x'))}, user_key)
# === an id that is too short
client._Colonies__rpc({'msgtype': 'changeuseridmsg', 'colonyname': 'dev', 'userid': 'abc'}, user_key)
# === an executor by an id that is not there
client._Colonies__rpc({'msgtype': 'getexecutorbyidmsg', 'colonyname': 'dev', 'executorid': '0' * 64}, user_key)
# === a user by an id that is not there
client._Colonies__rpc({'msgtype': 'getuserbyidmsg', 'colonyname': 'dev', 'userid': '0' * 64}, user_key)
# === a function that is not there
client._Colonies__rpc({'msgtype': 'removefunctionmsg', 'functionid': '0' * 64}, worker_key)
# === a function without an id
client._Colonies__rpc({'msgtype': 'removefunctionmsg', 'functionid': ''}, worker_key)
# === the history of processes
len(client._Colonies__rpc({'msgtype': 'getprocesshistmsg', 'colonyname': 'dev', 'executorid': '', 'seconds': 600, 'state': 3}, user_key))
# === processes of an initiator
len(client._Colonies__rpc({'msgtype': 'getprocessesmsg', 'colonyname': 'dev', 'count': 100, 'state': 2, 'initiator': 'alice'}, user_key)) > 3
# === processes of nobody
client._Colonies__rpc({'msgtype': 'getprocessesmsg', 'colonyname': 'dev', 'count': 100, 'state': 2, 'initiator': 'nobody'}, user_key)
# === a count of zero
client._Colonies__rpc({'msgtype': 'getprocessesmsg', 'colonyname': 'dev', 'count': 0, 'state': 2}, user_key)
# === the search goes back too far
client._Colonies__rpc({'msgtype': 'searchlogsmsg', 'colonyname': 'dev', 'text': 'x', 'days': 31, 'count': 1}, user_key)
# === the search knows wildcards
len(client._Colonies__rpc({'msgtype': 'searchlogsmsg', 'colonyname': 'dev', 'text': 'H_llo%executor', 'days': 1, 'count': 10}, user_key))
# === priorities come first, then the order of submission
queue_key = new_executor('queue-1', 'queue')
for name, priority in (('low', -1), ('first', 0), ('second', 0), ('high', 5)):
    client.submit_func_spec(spec(name, 'queue', priority=priority), user_key)
order = []
for _ in range(4):
    process = client.assign('dev', 5, queue_key)
    order.append(process.spec.funcname)
    client.close(process.processid, [], queue_key)
order
# === one that another executor is to have
aimed = client.submit_func_spec(spec('aimed', 'queue', conditions={'executornames': ['queue-2']}), user_key)
client.assign('dev', 1, queue_key)
# === and it gets it
second_key = new_executor('queue-2', 'queue')
client.close(client.assign('dev', 5, second_key).processid, [], second_key)
# === the environment becomes attributes
process = client.submit_func_spec(spec('env', 'queue', env={'A': '1'}), user_key)
client.get_process(process.processid, user_key).attributes
# === a poll that begins before the process is there
client.close(client.assign('dev', 5, queue_key).processid, [], queue_key)
threading.Timer(0.5, lambda: client.submit_func_spec(spec('late', 'queue'), user_key)).start()
process = client.assign('dev', 10, queue_key)
client.close(process.processid, [], queue_key)
process.spec.funcname
# === two executors share twenty processes [unwired]
got = {'queue-1': 0, 'queue-2': 0}


def loop(name, key):
    while True:
        try:
            process = client.assign('dev', 2, key)
        except Exception:
            return
        got[name] += 1
        client.close(process.processid, [name], key)


threads = [threading.Thread(target=loop, args=one) for one in (('queue-1', queue_key), ('queue-2', second_key))]
for thread in threads:
    thread.start()
time.sleep(0.3)
for _ in range(20):
    client.submit_func_spec(spec('shared', 'queue'), user_key)
    time.sleep(0.05)
for thread in threads:
    thread.join()
[sum(got.values()), min(got.values()) >= 5]
# === the time limit gives it to another, and fails it in the end [unwired]
seen = []
limited = client.submit_func_spec(spec('slow', 'queue', maxexectime=1, maxretries=2), user_key)
for key in (queue_key, second_key, queue_key):
    process = client.assign('dev', 10, key)
    seen.append([process.processid == limited.processid, process.retries])
until(lambda: client.get_process(limited.processid, user_key).state == client.FAILED)
process = client.get_process(limited.processid, user_key)
[seen, process.state, process.errors, process.retries]
# === the late one is told
client.close(limited.processid, ['late'], queue_key)
# === nobody came in time [unwired]
process = client.submit_func_spec(spec('nobody', 'nobody', maxwaittime=1), user_key)
until(lambda: client.get_process(process.processid, user_key).state == client.FAILED)
client.get_process(process.processid, user_key).errors
# === an executor that leaves gives back what it has
leaving_key = new_executor('leaving-1', 'leaving')
process = client.submit_func_spec(spec('given-back', 'leaving'), user_key)
client.assign('dev', 5, leaving_key)
client.remove_executor('dev', 'leaving-1', colony_key)
back = client.get_process(process.processid, user_key)
[back.state, back.retries, back.assignedexecutorid, back.isassigned]
# === its name is taken for ever
new_executor('leaving-1', 'leaving')
# === it is still listed
[one['state'] for one in client.list_executors('dev', user_key) if one['executorname'] == 'leaving-1']
# === and may read nothing of the colony
client.list_processes('dev', 10, 0, leaving_key)
# === approving brings it back
client.approve_executor('dev', 'leaving-1', colony_key)
client.assign('dev', 5, leaving_key).processid == process.processid
# === rejected
client.reject_executor('dev', 'leaving-1', colony_key)
client.close(process.processid, [], leaving_key)
# === one of another type gets nothing
client.reject_executor('dev', 'nobody', colony_key)
