/**
 * A sandbox in a process of its own that is told to do one of everything: `furnisher.ts FOLDER`. Each line that it prints is
 * something that a client was told has happened.
 */
import { sandbox } from '../../../../src/providers/cresco/sandbox/index.ts';
import { addWidget, dial, gz, saveWidget, toAgent, ungz, until, WIDGET } from './peer.ts';

const [folder = ''] = process.argv.slice(2);
const say = (word: string, ...more: readonly string[]): void => void process.stdout.write(`${[word, ...more].join(' ')}\n`);
const box = await sandbox({ folder, options: { pace: 0.002, voidMs: 1e9 } });
const api = await dial(box.address);

const status = async (id: string): Promise<string | undefined> => {
  const { gpipeline } = await api.rpc({ payload: { action: 'getgpipeline', action_pipelineid: id } });
  return gpipeline === undefined ? undefined : String((ungz(gpipeline) as { readonly status_code: string }).status_code);
};
const submit = async (): Promise<string> => {
  const params = { ...WIDGET, location_region: 'global-region', location_agent: 'global-controller' };
  const action_gpipeline = gz({ pipeline_name: 'demo', nodes: [{ node_id: 0, params }], edges: [] });
  return (
    (await api.rpc({ event: 'CONFIG', payload: { action: 'gpipelinesubmit', action_gpipeline, action_tenantid: '0' } }))['gpipeline_id'] ??
    ''
  );
};

if ((await saveWidget(api))['is_saved'] === 'true') say('saved');
if ((await addWidget(api, { inode_id: 'stays', persistence_code: '10' }))['status_code'] === '10') say('added', 'stays');
if ((await addWidget(api, { inode_id: 'goes', persistence_code: '10' }))['status_code'] === '10') say('added', 'goes');
say('removing', 'goes');
if ((await api.rpc(toAgent('CONFIG', { action: 'pluginremove', pluginid: 'goes' })))['status_code'] === '7') say('removed', 'goes');
const [stays, goes] = [await submit(), await submit()];
say('submitted', stays);
say('submitted', goes);
for (const id of [stays, goes]) await until(async () => (await status(id)) === '10');
say('removing', goes);
await api.rpc({ event: 'CONFIG', payload: { action: 'gpipelineremove', action_pipelineid: goes } });
say('removed', goes);
await until(async () => (await status(goes)) === undefined);
api.close();
await box.close();
say('closed');
