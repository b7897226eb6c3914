import type { PluginMaker } from '../plugin.ts';
import { executor } from './executor.ts';
import { filerepo } from './filerepo.ts';
import type { StockOptions } from './options.ts';
import { repo } from './repo.ts';
import { sysinfo } from './sysinfo.ts';

export { agentFiles, type AgentFiles } from './agent-files.ts';
export { openCep, type Cep, type CepQuery } from './cep.ts';
export { pluginFolder, type StockOptions } from './options.ts';
export { readPerf, type Perf } from './perf.ts';

/** The plugins that do something here, by `pluginname`. Any other one runs and answers nothing. */
export const stockPlugins = (options: StockOptions): Readonly<Record<string, PluginMaker>> => ({
  'io.cresco.executor': executor(options),
  'io.cresco.filerepo': filerepo(options),
  'io.cresco.repo': repo(options),
  'io.cresco.sysinfo': sysinfo,
});
