import type { Kind } from '../../contract.ts';
import type { Fabric } from '../session.ts';
import type { PluginSpec } from '../types.ts';
import { instanceKind } from './instance.ts';
import { isProcess } from './process.ts';

/** A plugin that runs on an agent. Its handle is `region/agent/id`, its key the id: that is unique on the whole fabric. */
export const plugin: Kind<Fabric, PluginSpec> = instanceKind<PluginSpec>({
  kind: 'cresco/Plugin',
  schema: new URL('../../../../schemas/cresco/Plugin.v1.json', import.meta.url),
  check: () => [],
  configOf: () => ({}),
  fields: [],
  fieldsIn: () => ({}),
  isOne: (one) => !isProcess(one),
});
