# === a cron
work = flow(node('tick'))
cron = client.add_cron('every-second', '* * * * * *', True, work, 'dev', user_key)
# === a cron of that name again
client.add_cron('every-second', '* * * * * *', True, work, 'dev', user_key)
# === five fields are too few
client.add_cron('five', '* * * * *', True, work, 'dev', user_key)
# === a cron by the owner
client.add_cron('owners', '* * * * * *', True, work, 'dev', colony_key)
# === it runs
got = do('tock')
[got.spec.nodename, got.initiatorname]
# === the cron [unwired]
kept = client.get_cron(cron['cronid'], user_key)
[kept["name"], kept["cronexpression"], kept["prevprocessgraphid"] != ""]
# === removed
client.del_cron(cron['cronid'], user_key)
# === it is not there
client.get_cron(cron['cronid'], user_key)
# === removed twice
client.del_cron(cron['cronid'], user_key)
# === a cron that is run by hand [unwired]
client.remove_all_processgraphs('dev', colony_key, state=-1)
cron = client.add_cron('yearly', '0 0 0 1 1 *', False, flow(node('by-hand')), 'dev', user_key)
client.run_cron(cron['cronid'], user_key)
do('x').spec.nodename
# === it is due [unwired]
until(lambda: client.get_crons('dev', 10, user_key)[0]['nextrun'] > '0002')
# === run by a stranger
client.run_cron(cron['cronid'], key_of('stranger'))
# === the crons
client.get_crons('dev', 10, user_key)
# === one that is not there
client.run_cron('0' * 64, user_key)
# === a generator
client.del_cron(cron['cronid'], user_key)
client.remove_all_processgraphs('dev', colony_key, state=-1)
packed = json.dumps(flow(node('packed')).model_dump(by_alias=True))
generator = client.add_generator({'name': 'pairs', 'colonyname': 'dev', 'trigger': 2, 'timeout': -1, 'workflowspec': packed}, user_key)
# === a generator of that name again
client.add_generator({'name': 'pairs', 'colonyname': 'dev', 'trigger': 2, 'timeout': -1, 'workflowspec': packed}, user_key)
# === a generator whose work is none
client.add_generator({'name': 'broken', 'colonyname': 'dev', 'trigger': 2, 'timeout': -1, 'workflowspec': '{'}, user_key)
# === the generator
client.get_generator(generator['generatorid'], user_key)
# === the generators
client.get_generators('dev', user_key)
# === two are packed, and it runs
for word in ('one', 'two', 'three'):
    result = cli('generator', 'pack', '--generatorid', generator['generatorid'], '--arg', word)
process = do('x')
[result['code'], process.spec.nodename, process.spec.args]
# === one is left [unwired]
until(lambda: client.get_generator(generator['generatorid'], user_key)['lastrun'] > '0002')
client.get_generator(generator['generatorid'], user_key)['queuesize']
# === removed
client.remove_generator(generator['generatorid'], user_key)
# === it is not there
client.get_generator(generator['generatorid'], user_key)
