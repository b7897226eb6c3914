import type { Attribute, Process, ProcessRow } from './models.ts';
import type { World } from './world.ts';

/** The type of attributes that the environment of a process is kept in. */
export const ENV = 3;

/** A process as the server tells it: with its attributes, and an environment that is read back from them. */
export function shown(world: World, row: ProcessRow, attributes: readonly Attribute[] = world.attributesOf(row.processid)): Process {
  const { executornames } = row.spec.conditions;
  const env = Object.fromEntries(attributes.flatMap(({ attributetype, key, value }) => (attributetype === ENV ? [[key, value]] : [])));
  const names = executornames?.length === 1 && executornames[0] === '*' ? [] : executornames;
  return { ...row, attributes, spec: { ...row.spec, env, conditions: { ...row.spec.conditions, executornames: names } } };
}
