# === a signed call before there is any colony
client.list_colonies(server_key)
# === the server's key adds a colony
client.add_colony({'colonyid': crypto.id(colony_key), 'name': 'dev'}, server_key)
# === a colony of that name again
client.add_colony({'colonyid': crypto.id(colony_key), 'name': 'dev'}, server_key)
# === a colony whose id is too short
client.add_colony({'colonyid': 'abc', 'name': 'short'}, server_key)
# === a colony by the colony's own key
client.add_colony({'colonyid': crypto.id(colony_key), 'name': 'other'}, colony_key)
# === the colonies
client.list_colonies(server_key)
# === the owner is no member
client.get_colony('dev', colony_key)
# === the owner adds a user
client.add_user({'colonyname': 'dev', 'userid': crypto.id(user_key), 'name': 'alice', 'email': 'alice@example.org', 'phone': '1'}, colony_key)
# === a user of that name again
client.add_user({'colonyname': 'dev', 'userid': crypto.id(user_key), 'name': 'alice', 'email': '', 'phone': ''}, colony_key)
# === a user by a user
client.add_user({'colonyname': 'dev', 'userid': crypto.id(user_key), 'name': 'bob', 'email': '', 'phone': ''}, user_key)
# === the users
client.get_users('dev', user_key)
# === the colony, for its member
client.get_colony('dev', user_key)
# === a colony that is not there
client.get_colony('nowhere', user_key)
# === an empty colony has null lists
[client.list_executors('dev', user_key), client.get_functions_by_colony('dev', user_key), client.list_processes('dev', 10, 0, user_key),
 client.get_processgraphs('dev', 10, user_key, state=0), client.get_crons('dev', 10, user_key), client.get_generators('dev', user_key),
 client.get_blueprints('dev', user_key), client.get_blueprint_definitions('dev', user_key), client.get_snapshots('dev', user_key),
 client.get_files('/none', 'dev', user_key), client.get_file_labels('dev', user_key)]
# === statistics of an empty colony
client.stats('dev', user_key)
# === an executor is added, pending
worker_key = new_executor('worker-1', approve=False)
client.get_executor('dev', 'worker-1', user_key)
# === an executor of that name again
new_executor('worker-1', approve=False)
# === one that is not approved may not assign
client.assign('dev', 1, worker_key)
# === nor read the colony
client.get_colony('dev', worker_key)
# === but it may list executors
client.list_executors('dev', worker_key)
# === approved
client.approve_executor('dev', 'worker-1', colony_key)
# === one that is not there
client.approve_executor('dev', 'nobody', colony_key)
# === the executors
client.list_executors('dev', user_key)
# === a function with its description
client.add_function('dev', 'worker-1', 'helloworld', worker_key)
# === a function of another executor
client.add_function('dev', 'worker-1', 'theirs', user_key)
# === a function with swapped arguments
client.add_function('worker-1', 'dev', 'helloworld', worker_key)
# === the functions of the executor
client.get_functions_by_executor('dev', 'worker-1', user_key)
# === the functions of one that is not there
client.get_functions_by_executor('dev', 'nobody', user_key)
# === a process is submitted
process = client.submit_func_spec(func_spec(func='helloworld', args=['a', 1], colonyname='dev', executortype='worker', maxexectime=10, maxretries=3, kwargs={'k': 'v'}), user_key)
process.state
# === the waiting ones
client.list_processes('dev', 10, client.WAITING, user_key)
# === a count that is too large
client.list_processes('dev', 101, client.WAITING, user_key)
# === a state that there is not
client.list_processes('dev', 10, 7, user_key)
# === a user may not assign
client.assign('dev', 1, user_key)
# === assigned
assigned = client.assign('dev', 10, worker_key)
[assigned.state, assigned.spec.funcname, assigned.spec.args]
# === the running ones
client.list_processes('dev', 10, client.RUNNING, user_key)
# === no other process
client.assign('dev', 1, worker_key)
# === a timeout of zero
client.assign('dev', 0, worker_key)
# === a log line
client.add_log(process.processid, 'Hello from executor\n', worker_key)
# === a log line by a user
client.add_log(process.processid, 'mine', user_key)
# === a log line of a process that is not there
client.add_log('0' * 64, 'mine', worker_key)
# === the log
client.get_process_log('dev', process.processid, 100, 0, user_key)
# === too many of the log
client.get_process_log('dev', process.processid, 501, 0, user_key)
# === the executor's log
client.get_executor_log('dev', 'worker-1', 100, 0, user_key)
# === the log of an executor that is not there
client.get_executor_log('dev', 'nobody', 100, 0, user_key)
# === an attribute
attribute = client.add_attribute(process.processid, 'colour', 'red', worker_key)
# === the attribute read
client.get_attribute(attribute['attributeid'], user_key)
# === the same attribute again
client.add_attribute(process.processid, 'colour', 'blue', worker_key)
# === an attribute that is not there
client.get_attribute('0' * 64, user_key)
# === output before the end
client.set_output(process.processid, ['half'], worker_key)
# === the process with all that
client.get_process(process.processid, user_key).output
# === closed by a stranger
client.close(process.processid, ['stolen'], user_key)
# === closed
client.close(process.processid, ['helloworld', 2], worker_key)
# === closed twice
client.close(process.processid, ['again'], worker_key)
# === failed after that
client.fail(process.processid, ['too late'], worker_key)
# === the closed process
client.get_process(process.processid, user_key)
# === a process that is not there
client.get_process('0' * 64, user_key)
# === waiting for one that is done
client.wait(process, 10, user_key).output
# === the function counted it
client.get_functions_by_colony('dev', user_key)
# === waiting for one that is under way
process = client.submit_func_spec(spec('helloworld'), user_key)


def work():
    time.sleep(0.4)
    client.close(client.assign('dev', 10, worker_key).processid, ['late'], worker_key)


thread = threading.Thread(target=work)
thread.start()
waited = client.wait(process, 10, user_key)
thread.join()
[waited.state, waited.output]
# === one fails
process = client.submit_func_spec(spec('helloworld'), user_key)
client.fail(client.assign('dev', 10, worker_key).processid, ['boom', 'bang'], worker_key)
failed = client.get_process(process.processid, user_key)
[failed.state, failed.errors]
# === a failed one is not closed
client.close(process.processid, ['late'], worker_key)
# === waiting for one that failed
client.wait(process, 1, user_key)
# === the successful and the failed ones
[len(client.list_processes('dev', 10, client.SUCCESSFUL, user_key)), len(client.list_processes('dev', 10, client.FAILED, user_key))]
# === statistics
client.stats('dev', user_key)
# === a waiting one is removed
process = client.submit_func_spec(spec(), user_key)
client.remove_process(process.processid, user_key)
# === it is not there
client.remove_process(process.processid, user_key)
# === all of them
client.remove_all_processes('dev', colony_key)
# === all of them, by a user
client.remove_all_processes('dev', user_key)
# === a stranger reads
client.get_process(client.submit_func_spec(spec(), user_key).processid, key_of('stranger'))
# === a stranger submits
client.submit_func_spec(spec(), key_of('stranger'))
# === the owner submits
client.submit_func_spec(spec(), colony_key)
# === statistics for a stranger
client.stats('dev', key_of('stranger'))
# === a colony that nobody knows
client.submit_func_spec(FuncSpec(funcname='f', conditions=Conditions(colonyname='nowhere', executortype='worker')), user_key)
# === no limit of time is no time [unwired]
process = client.submit_func_spec(FuncSpec(funcname='f', conditions=Conditions(colonyname='dev', executortype='hasty')), user_key)
hasty_key = new_executor('hasty-1', 'hasty')
client.assign('dev', 5, hasty_key)
until(lambda: client.get_process(process.processid, user_key).state == client.FAILED)
client.get_process(process.processid, user_key).errors
