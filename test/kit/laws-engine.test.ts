import type { Fields } from '../../src/core/value.ts';
import { ruleOf } from '../../src/manifests/rule.ts';
import type { FieldRule } from '../../src/core/resource.ts';
import type { Sighting } from '../../src/providers/contract.ts';
import { Fault } from '../../src/core/diagnostic.ts';
import { assert, group } from './group.ts';
import type { KindLaw } from './laws.ts';
import { lawsOf } from './laws.ts';
import { engineLaws } from './laws-engine.ts';
import type { ScriptedLaws } from './scripted-laws.ts';
import { engineWith, scriptedLaws } from './scripted-laws.ts';
import type { ScriptedKind } from './scripted-provider.ts';

/** The laws that need the whole engine, over a provider whose kind is this one. */
function planLaws(options: ScriptedLaws, kind: ScriptedKind): readonly KindLaw[] {
  const provider = { ...options.provider, kinds: options.provider.kinds.map((one) => (one.kind === kind.kind ? kind : one)) };
  const names = new Set(engineLaws.map(({ name }) => name));
  return lawsOf({ ...options, kind, provider, engine: engineWith(provider) }).filter(({ name }) => names.has(name));
}

type Live = Sighting<Fields> & { readonly seen: 'live' };
const answering = (kind: ScriptedKind, change: (sighting: Live) => Sighting<Fields>): Partial<ScriptedKind> => ({
  async *observe(read, ask, call) {
    for await (const page of kind.observe(read, ask, call)) yield page.map((one) => (one.seen === 'live' ? change(one) : one));
  },
});

const withoutBlind = (rule: FieldRule): FieldRule => ({
  ...rule,
  fields: Object.fromEntries(Object.entries(rule.fields ?? {}).map(([name, { blind: _blind, ...inner }]) => [name, inner])),
});

interface Broken {
  readonly law: string;
  readonly kind: string;
  readonly how: string;
  readonly break: (kind: ScriptedKind) => Partial<ScriptedKind>;
}

const broken: readonly Broken[] = [
  {
    law: 'after an apply the next plan is empty and makes no mutating request',
    kind: 'Box',
    how: 'shows levels in another unit',
    break: (kind) => answering(kind, (one) => ({ ...one, spec: { ...one.spec, level: '99' } })),
  },
  {
    law: 'dropping any optional field and applying gives an empty next plan',
    kind: 'Box',
    how: 'cannot clear anything',
    break: (kind) => ({
      update(session, work, call) {
        if (work.differences.some(({ dropped }) => dropped === true)) throw new Fault({ code: 'CANNOT', summary: 'cannot clear' });
        return kind.update(session, work, call);
      },
    }),
  },
  {
    law: 'no sensitive value is in any plan, event, journal or state',
    kind: 'Box',
    how: 'keeps the password as its revision',
    break: (kind) => ({
      async make(session, work, call) {
        const done = await kind.make(session, work, call);
        return { ...done, revision: String(work.want['password']) };
      },
    }),
  },
  {
    law: 'what cannot be deleted is left in place, and the plan says so',
    kind: 'Stone',
    how: 'says that it is gone once nobody wants it',
    break: (kind) => ({
      async *observe(read, ask, call) {
        for await (const page of kind.observe(read, ask, call)) {
          yield page.map((one) =>
            one.seen === 'live' && ask.known.some(({ want }) => want === undefined) ? { seen: 'absent' as const, handle: one.handle } : one,
          );
        }
      },
    }),
  },
  {
    law: 'what cannot be created is planned as blocked, never as a step',
    kind: 'Note',
    how: 'makes up what it does not find',
    break: (kind) => ({
      async *observe(read, ask, call) {
        for await (const page of kind.observe(read, ask, call)) {
          yield page.map((one) => (one.seen === 'absent' ? { ...one, seen: 'live' as const, handle: 'made-up', spec: {} } : one));
        }
      },
    }),
  },
  {
    law: 'what is already there is taken over only on request',
    kind: 'Crate',
    how: 'sees only what it has a handle for',
    break: (kind) => ({
      async *observe(read, ask, call) {
        for await (const page of kind.observe(read, ask, call)) {
          const handles = new Set(ask.known.map(({ handle }) => handle));
          yield page.map((one) =>
            one.seen === 'live' && !handles.has(one.handle)
              ? { seen: 'absent' as const, ...(one.id === undefined ? {} : { id: one.id }) }
              : one,
          );
        }
      },
    }),
  },
  {
    law: 'what is its content is taken over without being asked, and other content is another one beside it',
    kind: 'Blob',
    how: 'sees only what it has a handle for',
    break: (kind) => ({
      async *observe(read, ask, call) {
        const asked = { ...ask, known: ask.known.filter(({ handle }) => handle !== undefined) };
        yield* kind.observe(read, asked, call);
        const others = ask.known.filter(({ handle }) => handle === undefined);
        yield others.map(({ id }) => ({ seen: 'absent' as const, id }));
      },
    }),
  },
  {
    law: 'a blind field is shown as unverifiable in every plan that says something of it',
    kind: 'Box',
    how: 'forgets in its own rule what is blind',
    break: (kind) => ({
      open: (files, options) => {
        const shape = kind.open?.(files, options);
        return { check: () => [], normalize: (spec) => shape?.normalize(spec) ?? spec, rule: () => withoutBlind(ruleOf(kind.schema())) };
      },
    }),
  },
];

group('laws with the engine can fail', (test) => {
  for (const { law, kind, how, break: breaking } of broken) {
    test(`${kind} ${how}: caught by "${law}"`, async () => {
      const options = scriptedLaws.find(({ name }) => name === kind) as ScriptedLaws;
      const found = planLaws(options, { ...options.kind, ...breaking(options.kind) }).find(({ name }) => name === law);
      if (found === undefined) throw new Error(`${kind} has no such law`);
      const error: unknown = await found.run().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof Error, 'the law did not notice');
      assert.ok(!(error instanceof TypeError || error instanceof ReferenceError), `the law is broken itself: ${error.message}`);
    });
  }

  test('every law has a kind that breaks it', () => {
    const told = new Set(broken.map(({ law }) => law));
    assert.equal(
      engineLaws.map(({ name }) => name).filter((name) => !told.has(name)),
      [],
    );
  });
});
