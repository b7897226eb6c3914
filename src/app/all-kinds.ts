import type { Fields } from '../core/value.ts';
import { schemaBundle } from '../manifests/bundle.ts';
import type { AnyKind } from '../providers/contract.ts';
import { registry } from '../providers/registry.ts';

/** Every kind of every provider, sorted by name: what `explain`, `schema` and completion speak of. */
export async function allKinds(): Promise<readonly AnyKind[]> {
  const providers = await Promise.all(registry.map((entry) => entry.load()));
  return providers.flatMap((provider) => provider.kinds as readonly AnyKind[]).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** One JSON Schema of every document that a project may hold. */
export const bundle = async (): Promise<Fields> => schemaBundle(await allKinds());
