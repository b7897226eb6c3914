import { Fault } from '../../core/diagnostic.ts';
import type { Fields } from '../../core/value.ts';
import { isFields } from '../../core/value.ts';
import type { ProjectFiles, Provider, TargetSpec } from '../contract.ts';
import { systemClock } from '../transport/clock.ts';
import type { CrescoOptions, Trust } from './client/index.ts';
import { openCresco } from './client/index.ts';
import { examine } from './examine.ts';
import { cepQuery } from './kinds/cep-query.ts';
import { fileSync } from './kinds/file-sync.ts';
import { pipeline } from './kinds/pipeline.ts';
import { plugin } from './kinds/plugin.ts';
import { pluginPackage } from './kinds/plugin-package.ts';
import { process } from './kinds/process.ts';
import { operations } from './operations/index.ts';
import { optionsSchema } from './options.ts';
import { sandbox } from './sandbox/index.ts';
import { fabricOf, type Fabric } from './session.ts';

/** Cresco fabrics: agents that run plugins, and the pipelines between them. */
export const cresco: Provider<Fabric> = {
  name: 'cresco',
  version: '1',
  kinds: [pluginPackage, plugin, pipeline, process, fileSync, cepQuery],
  operations,
  options: optionsSchema,
  connect: (target) => Promise.resolve(fabricOf(openCresco(optionsOf(target)), { clock: systemClock, files: target.files })),
  async identify(read, { signal }) {
    // The plugin that serves the API has an id of its own, which is made once and stands in the certificate that clients pin.
    const { region, agent, plugin: api } = await read.api.identity({ signal });
    if (region !== undefined && agent !== undefined && api !== undefined) return `${region}/${agent}/${api}`;
    const controller = await read.api.globalInfo({ signal });
    if (controller === undefined) throw nameless();
    return `${controller.region}/${controller.agent}`;
  },
  sandbox,
  examine,
};

function optionsOf({ address, options, files }: TargetSpec): CrescoOptions {
  const { serviceKey, tls, generation, sockets, inFlight } = options;
  if (typeof serviceKey !== 'string') throw noKey();
  const limits = { ...(typeof sockets === 'number' ? { sockets } : {}), ...(typeof inFlight === 'number' ? { inFlight } : {}) };
  return {
    address,
    serviceKey,
    limits,
    ...(isFields(tls) ? { tls: trustOf(tls, files) } : {}),
    ...(generation === 2 || generation === 3 ? { generation } : {}),
  };
}

function trustOf({ fingerprint, ca, insecure }: Fields, files: ProjectFiles | undefined): Trust {
  if (insecure === true) return { insecure: true };
  if (typeof fingerprint === 'string') return { fingerprint };
  const path = String(ca);
  const text = files?.read(path);
  if (text === undefined) throw noFile(path);
  return { ca: text };
}

const noKey = (): Fault =>
  new Fault(
    {
      code: 'CRESCO_NO_KEY',
      summary: 'the target has no service key',
      detail: 'Every connection to a Cresco fabric carries its cresco_service_key; without one it is refused.',
      hint: 'Set spec.options.serviceKey of the Target: {env: CRESCO_SERVICE_KEY}.',
    },
    { sent: 'no' },
  );

const noFile = (path: string): Fault =>
  new Fault(
    {
      code: 'CRESCO_CA',
      summary: `there is no file ${path}`,
      detail: 'It is to hold the certificate that the fabric is trusted by (spec.options.tls.ca, relative to the folder of setpoint.yaml).',
      hint: 'Write the certificate there, or pin its fingerprint instead.',
    },
    { sent: 'no' },
  );

const nameless = (): Fault =>
  new Fault({
    code: 'CRESCO_NAMELESS',
    summary: 'the fabric does not say which one it is',
    detail: 'Its certificate names no region, agent and plugin, and the node behind the address knows no global controller yet.',
    hint: 'A node that has just been started needs a moment; try again.',
  });
