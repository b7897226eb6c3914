import type { KindFacts } from '../core/facts.ts';
import type { KindName, ResourceId } from '../core/id.ts';
import { groupOf, idParts } from '../core/id.ts';
import type { FieldRule } from '../core/resource.ts';
import type { Fields } from '../core/value.ts';
import { ruleOf } from '../manifests/rule.ts';
import type { TargetManifest } from '../manifests/targets.ts';
import type { AnyKind, AnyProvider, ProjectFiles } from '../providers/contract.ts';
import type { ProviderEntry } from '../providers/registry.ts';
import type { Kinds, Opened } from '../reconcile/opened.ts';

export interface OpenKindsOptions {
  readonly providers: readonly ProviderEntry[];
  readonly targets: ReadonlyMap<string, TargetManifest>;
  readonly files: ProjectFiles;
}

/** Kinds of providers whose code has been loaded; opened for a target when the first resource of theirs asks. */
export interface OpenKinds extends Kinds {
  /** Loads the providers of these resources. Groups that no provider has are left out: their resources are unknown. */
  need(ids: Iterable<ResourceId>): Promise<void>;
  provider(name: string): Promise<AnyProvider | undefined>;
}

export function openKinds({ providers, targets, files }: OpenKindsOptions): OpenKinds {
  const loaded = new Map<string, AnyProvider>();
  const kinds = new Map<KindName, { readonly kind: AnyKind; readonly provider: AnyProvider; readonly fixed: FieldRule }>();
  const opened = new Map<string, Opened>();

  const load = async (entry: ProviderEntry): Promise<AnyProvider> => {
    let provider = loaded.get(entry.name);
    if (provider) return provider;
    provider = await entry.load();
    loaded.set(entry.name, provider);
    for (const kind of provider.kinds as readonly AnyKind[]) {
      let fixed: FieldRule | undefined;
      kinds.set(kind.kind, {
        kind,
        provider,
        get fixed() {
          return (fixed ??= ruleOf(kind.schema()));
        },
      });
    }
    return provider;
  };

  return {
    async need(ids) {
      const groups = new Set<string>();
      for (const id of ids) groups.add(groupOf(idParts(id).kind));
      await Promise.all(providers.filter((entry) => entry.groups.some((group) => groups.has(group))).map(load));
    },
    async provider(name) {
      const entry = providers.find((one) => one.name === name);
      return entry && load(entry);
    },
    of(id) {
      // `target/group/Kind`: every resource asks, and a name has no slash.
      const place = id.slice(0, id.lastIndexOf('/'));
      let one = opened.get(place);
      if (one) return one;
      const { target, kind: name } = idParts(id);
      const known = kinds.get(name);
      if (!known) return undefined;
      const { kind, provider, fixed } = known;
      const shape = kind.open?.(files, targets.get(target)?.options ?? {});
      const rule = shape?.rule;
      one = {
        kind,
        provider,
        facts: factsOf(kind, rule ? (spec) => rule.call(shape, spec, fixed) : () => fixed),
        normalize: shape ? (spec) => shape.normalize(spec) as Fields : (spec) => spec,
      };
      opened.set(place, one);
      return one;
    },
  };
}

function factsOf(kind: AnyKind, rule: KindFacts['rule']): KindFacts {
  const { batch, advance } = kind;
  return {
    kind: kind.kind,
    version: kind.version,
    nature: kind.nature,
    creatable: kind.creatable,
    removable: kind.removable,
    replace: kind.replace ?? 'delete-first',
    rule,
    ...(kind.contentAddressed ? { contentAddressed: true } : {}),
    ...(batch ? { batch: (step) => batch.of(step) } : {}),
    ...(kind.effects ? { effects: (differences, live) => kind.effects?.(differences, live) ?? [] } : {}),
    ...(kind.physical ? { physical: (differences) => kind.physical?.(differences) ?? false } : {}),
    ...(advance ? { advance } : {}),
    ...(kind.arrivesWithinMs === undefined ? {} : { arrivesWithinMs: kind.arrivesWithinMs }),
  };
}
