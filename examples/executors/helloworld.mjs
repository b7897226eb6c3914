// The smallest executor for ColonyOS. It reads the variables that the colonies program reads, and keeps its key beside it:
// COLONIES_SERVER_HOST, COLONIES_SERVER_PORT, COLONIES_TLS, COLONIES_COLONY_NAME, and COLONIES_COLONY_PRVKEY to let itself in.
import { coloniesEnvironment, interrupts, keptKey, runExecutor } from 'setpoint/colonies';

const { address, colony, colonyKey, executor: name = 'helloworld' } = coloniesEnvironment(process.env, ['colony']);
const { signal, abort } = interrupts(process);
const helloworld = ({ args, log }) => {
  void log('Hello from executor');
  return `hello ${args[0] ?? 'world'}`;
};
const key = await keptKey(`${name}.key`);
const tell = ({ text }) => console.error(text);
await runExecutor({ address, colony, colonyKey, name, type: 'helloworld-executor', key, functions: { helloworld }, tell, abort }, signal);
