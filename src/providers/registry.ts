import type { AnyProvider } from './contract.ts';

/** A provider before its code is wanted: a run pays only for the systems it speaks to. */
export interface ProviderEntry {
  readonly name: string;
  /** What its kinds' apiVersions begin with. */
  readonly groups: readonly string[];
  load(): Promise<AnyProvider>;
}

/** The providers there are. */
export const registry: readonly ProviderEntry[] = [
  { name: 'confhoard', groups: ['confhoard'], load: async () => (await import('./confhoard/index.ts')).confhoard },
  { name: 'colonies', groups: ['colonies'], load: async () => (await import('./colonies/index.ts')).colonies },
  { name: 'cresco', groups: ['cresco'], load: async () => (await import('./cresco/index.ts')).cresco },
];
