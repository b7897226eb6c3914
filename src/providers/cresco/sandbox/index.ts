export { sandbox } from './sandbox.ts';
export { SANDBOX_KEY } from './settings.ts';
