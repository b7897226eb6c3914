import { Fault } from '../../core/diagnostic.ts';
import type { Provider, TargetSpec } from '../contract.ts';
import { idOf, openColonies } from './client/index.ts';
import { examine } from './examine.ts';
import { KEY_OPTIONS, noSuchKey } from './faults.ts';
import { identify, instanceOf } from './identify.ts';
import { blueprint } from './kinds/blueprint.ts';
import { blueprintDefinition } from './kinds/blueprint-definition.ts';
import { colony } from './kinds/colony.ts';
import { cron } from './kinds/cron.ts';
import { executor } from './kinds/executor.ts';
import { colonyFunction } from './kinds/function.ts';
import { generator } from './kinds/generator.ts';
import { user } from './kinds/user.ts';
import { workflow } from './kinds/workflow.ts';
import { operations } from './operations/index.ts';
import { optionsSchema } from './options.ts';
import { sandbox } from './sandbox/index.ts';
import { colonyOf, type Colony, type Keys } from './session.ts';
import { storeOf } from './storage/store-of.ts';

/** ColonyOS: one colony on a Colonies server, its members and what they are to do. */
export const colonies: Provider<Colony> = {
  name: 'colonies',
  version: '1',
  kinds: [colony, user, executor, colonyFunction, cron, generator, workflow, blueprintDefinition, blueprint],
  operations,
  options: optionsSchema,
  connect: async (target) => {
    const keys = keysOf(target);
    const { colony: name, reregister } = target.options;
    const { address, files, folder, secret } = target;
    const store = storeOf(target);
    return colonyOf(openColonies({ address }), {
      colony: String(name),
      keys,
      reregister: reregister === true,
      around: {
        ...(files === undefined ? {} : { files }),
        ...(folder === undefined ? {} : { folder }),
        ...(secret === undefined ? {} : { secret }),
        ...(store === undefined ? {} : { store }),
      },
    });
  },
  identify: async (read, { signal }) => {
    const colonyid = await identify(read, signal);
    return colonyid === undefined ? undefined : instanceOf(read.colony, colonyid);
  },
  examine,
  sandbox,
};

/** The keys that there are. Throws Fault COLONIES_KEY, which names the option. */
function keysOf({ options }: TargetSpec): Keys {
  const found: [keyof Keys, string][] = [];
  for (const [whose, option] of KEY_OPTIONS) {
    const key = options[option];
    if (typeof key !== 'string') continue;
    try {
      idOf(key);
    } catch (error) {
      throw error instanceof Fault ? noSuchKey(option, error) : error;
    }
    found.push([whose, key]);
  }
  return Object.fromEntries(found);
}
