# === a channel of a process
talk_key = new_executor('talk-1', 'talk')
process = client.submit_func_spec(spec('talk', 'talk', channels=['chat']), user_key)
client.channel_append(process.processid, 'chat', 1, 'hello', user_key)
# === what the executor reads
client.assign('dev', 5, talk_key)
[one['payload'].decode() for one in client.channel_read(process.processid, 'chat', 0, 0, talk_key)]
# === it answers
client.channel_append(process.processid, 'chat', 1, b'\x00\x01', talk_key, in_reply_to=1, payload_type='end')
# === both, in order
[[list(one['payload']), one.get('inreplyto'), one.get('type')] for one in client.channel_read(process.processid, 'chat', 0, 0, user_key)]
# === after the first
len(client.channel_read(process.processid, 'chat', 1, 0, user_key))
# === one that is not there
client.channel_read(process.processid, 'nothing', 0, 0, user_key)
# === appended by another
client.channel_append(process.processid, 'chat', 1, 'x', worker_key)
# === followed
[len(one['payload']) for one in client.subscribe_channel(process.processid, 'chat', user_key, timeout=1)]
# === gone with the process
client.close(process.processid, [], talk_key)
client.channel_read(process.processid, 'chat', 0, 0, user_key)

# === what a file is, without its bytes
def described(name, label='/data', size=3):
    place = {'server': 'localhost', 'port': 9000, 'tls': False, 'accesskey': '', 'secretkey': '', 'region': '', 'encryptionkey': '',
             'encryptionalg': '', 'object': 'o-' + name, 'bucket': 'b'}
    file = {'colonyname': 'dev', 'label': label, 'name': name, 'size': size, 'checksum': 'c', 'checksumalg': 'SHA256',
            'ref': {'protocol': 's3', 's3object': place}}
    return client._Colonies__rpc({'msgtype': 'addfilemsg', 'file': file}, user_key)


first = described('a.txt')
# === again, as a new revision
described('a.txt', size=4)
# === others
[described('b.txt')['sequencenr'], described('c.txt', '/data/deep')['sequencenr']]
# === the files of a label
client.get_files('/data', 'dev', user_key)
# === the file
client.get_file('dev', user_key, label='/data', filename='a.txt')
# === with its revisions
client.get_file('dev', user_key, label='/data', filename='a.txt', latest=False)
# === by its id
client.get_file('dev', user_key, fileid=first['fileid'])
# === one that is not there
client.get_file('dev', user_key, label='/data', filename='nothing')
# === an id that is not there
client.get_file('dev', user_key, fileid='0' * 64)
# === the labels
client.get_file_labels('dev', user_key)
# === below one
client.get_file_labels('dev', user_key, name='/data', exact=True)
# === a snapshot
snapshot = client.create_snapshot('dev', '/data', 'before', user_key)
# === of that name again
client.create_snapshot('dev', '/data', 'before', user_key)
# === of nothing
client.create_snapshot('dev', '/nothing', 'empty', user_key)
# === the snapshots
[one['name'] for one in client.get_snapshots('dev', user_key)]
# === by name
client.get_snapshot_by_name('dev', 'before', user_key)
# === by id
client.get_snapshot_by_id('dev', snapshot['snapshotid'], user_key)
# === one that is not there
client.get_snapshot_by_name('dev', 'nothing', user_key)
