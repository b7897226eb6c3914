# === a user is removed
client.add_user({'colonyname': 'dev', 'userid': crypto.id(key_of('bob')), 'name': 'bob', 'email': '', 'phone': ''}, colony_key)
client.remove_user('dev', 'bob', colony_key)
# === twice
client.remove_user('dev', 'bob', colony_key)
# === it may no longer read
client.get_colony('dev', key_of('bob'))
# === an executor is removed
client.remove_executor('dev', 'worker-1', colony_key)
# === twice
client.remove_executor('dev', 'worker-1', colony_key)
# === one that is not there
client.remove_executor('dev', 'nothing', colony_key)
# === its functions went with it
client.get_functions_by_colony('dev', user_key)
# === the colony is removed
client.del_colony('dev', server_key)
# === twice
client.del_colony('dev', server_key)
# === nobody is a member of it
client.get_users('dev', user_key)
# === the server has none
client.list_colonies(server_key)
