/** A colony on a sandbox, in a process of its own: what it costs is not the client's. Prints how to reach it, and stays. */
import { coloniesSandboxModule } from '../built.ts';

const { sandbox } = await coloniesSandboxModule();
const { address, options = {} } = await sandbox({ options: {} });
const { key, colonyKey } = options;
process.stdout.write(`${JSON.stringify({ address, colony: 'dev', key, colonyKey })}\n`);
