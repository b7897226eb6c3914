import { openOperations } from '../../src/app/operations.ts';
import { examine } from '../../src/app/examine.ts';
import type { Output } from '../../src/app/operations.ts';
import { Fault, Faults } from '../../src/core/diagnostic.ts';
import type { AnyProvider } from '../../src/providers/contract.ts';
import { assert, group } from '../kit/group.ts';
import { manifest, target, workshop } from './workshop.ts';

const TOKEN = 'brewery-token';

/** A system that quotes the token with which it is spoken to, in every way that it has. */
const quoting = (where: 'connect' | 'operation' | 'write' | 'bug') => {
  const shop = workshop({
    env: { TOKEN },
    provider: (provider) =>
      ({
        ...provider,
        options: () => ({
          type: 'object',
          additionalProperties: false,
          properties: { token: { description: 'A token.', type: 'string', 'x-sensitive': true } },
        }),
        async connect(to, call) {
          const said = `${String(to.options['token'])} is refused`;
          if (where === 'connect') throw new Fault({ code: 'DENIED', summary: said, detail: said, hint: said });
          const session = await provider.connect(to, call);
          if (where !== 'bug') return session;
          const read = new Proxy(session.read, {
            get() {
              throw new TypeError(said);
            },
          });
          return { ...session, read };
        },
        identify: async () => 'one',
        kinds: provider.kinds.map((kind) =>
          where === 'write'
            ? { ...kind, make: async () => Promise.reject(new Fault({ code: 'DENIED', summary: `${TOKEN} is refused` })) }
            : kind,
        ),
        operations: [
          {
            name: 'say',
            summary: 'Says it.',
            mutates: false,
            inputs: [],
            async *run() {
              yield { line: `with ${TOKEN}` } satisfies Output;
              throw new Fault({ code: 'DENIED', summary: `${TOKEN} is refused` });
            },
          },
        ],
      }) as AnyProvider,
  });
  shop.write('manifests/targets.yaml', target('bench').replace('memory:bench" }', 'memory:bench", options: { token: { env: TOKEN } } }'));
  shop.write('manifests/a.yaml', manifest('Box', 'a', { label: 'a' }));
  return shop;
};

const told = (error: unknown): string =>
  error instanceof Fault
    ? JSON.stringify(error.diagnostic)
    : error instanceof Faults
      ? JSON.stringify(error.diagnostics)
      : String(error instanceof Error ? error.stack : error);

group('no secret leaves', (test) => {
  test('in the words of a peer: plan, events, thrown faults, outputs, checks, stack traces', async () => {
    const texts: string[] = [];
    for (const where of ['connect', 'operation', 'write', 'bug'] as const) {
      const shop = quoting(where);
      const engine = await shop.open();
      try {
        const desired = await engine.desired();
        assert.equal(desired.diagnostics, []);
        try {
          const survey = await engine.survey(desired);
          const plan = await engine.plan(survey);
          texts.push(
            JSON.stringify(plan),
            JSON.stringify(await engine.apply(plan, { grant: plan.digest, desired, survey }).then(() => '', told)),
          );
        } catch (error) {
          texts.push(told(error));
        }
        try {
          const operations = await openOperations(engine, 'bench');
          for await (const output of operations.run(operations.named('say'), {})) texts.push(JSON.stringify(output));
        } catch (error) {
          texts.push(told(error));
        }
        if (where !== 'bug') {
          for await (const check of examine(async () => engine, { env: {}, cwd: shop.dir, holder: 'x' })) texts.push(JSON.stringify(check));
        }
      } finally {
        await engine.close();
      }
      texts.push(...shop.events.map((event) => JSON.stringify(event)));
    }
    assert.ok(texts.join('').includes('(secret) is refused'));
    assert.equal(
      texts.filter((text) => text.includes(TOKEN)),
      [],
    );
  });

  test('and a password that is also a name spoils neither plan nor events', async () => {
    const shop = workshop({ env: { PASSWORD: 'fermenter' } });
    shop.write('manifests/targets.yaml', target('fermenter'));
    shop.write('manifests/a.yaml', manifest('Box', 'fermenter', { label: 'fermenter', token: { env: 'PASSWORD' } }));
    const outcome = await shop.run();
    assert.equal([outcome.done, outcome.failed], [1, 0]);
    assert.ok(shop.events.some((event) => event.type === 'done' && event.id === 'fermenter/scripted/Box/fermenter'));
    assert.equal((await shop.plan()).steps, []);
  });
});
