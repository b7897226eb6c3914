import { refMark } from '../../src/core/mark.ts';
import type { Resource } from '../../src/core/resource.ts';
import type { Ask } from '../../src/providers/contract.ts';
import { assert, group } from '../kit/group.ts';
import type { ScriptedKind } from '../kit/scripted-provider.ts';
import type { Lab, LabOptions } from './lab.ts';
import { openLab } from './lab.ts';
import { box, child, crate, idOf, resource } from './resources.ts';

interface Asked extends Ask {
  readonly kind: string;
}

/** A lab that writes down every question which the kinds are asked. */
function listening(options: LabOptions = {}): Lab & { readonly asks: Asked[] } {
  const asks: Asked[] = [];
  const kinds = (kind: ScriptedKind): ScriptedKind => ({
    ...kind,
    observe(read, ask, call) {
      asks.push({ kind: kind.kind, ...ask });
      return kind.observe(read, ask, call);
    },
  });
  return Object.assign(openLab({ ...options, kinds }), { asks });
}
const shortly = ({ kind, scope, known }: Asked): string => `${kind.slice(9)}${scope === '' ? '' : ` in ${scope}`}: ${known.length}`;

/** Six boxes with two children each. */
function family(): readonly Resource[] {
  const boxes = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => box(name));
  return [...boxes, ...boxes.flatMap((one) => [child(`${one.name}-1`, one), child(`${one.name}-2`, one)])];
}

group('looking', (test) => {
  test('one question a target, kind and scope, however many resources there are', async () => {
    const lab = listening({ targets: ['bench', 'other'] });
    const all = [
      ...Array.from({ length: 20 }, (_, i) => box(`b${i}`)),
      ...Array.from({ length: 20 }, (_, i) => crate(`c${i}`)),
      ...Array.from({ length: 5 }, (_, i) => box(`b${i}`, {}, { target: 'other' })),
    ];
    await lab.plan(all);
    assert.equal(lab.asks.map(shortly).sort(), ['Box: 20', 'Box: 5', 'Crate: 20']);
  });

  test('parents are asked about before the children whose place they decide', async () => {
    const lab = listening();
    const all = family();
    await lab.run(all);
    lab.asks.splice(0);
    await lab.plan(all);
    const handles = [...lab.system().things.values()].filter(({ kind }) => kind === 'scripted/Box').map(({ handle }) => handle);
    assert.equal(lab.asks[0] && shortly(lab.asks[0]), 'Box: 6');
    assert.equal(lab.asks.slice(1).map(shortly).sort(), handles.map((handle) => `Child in ${handle}: 2`).sort());
  });

  test('a whole plan in step is as many reads as there are objects, and not one write', async () => {
    const lab = openLab();
    await lab.run(family());
    const { mutations } = lab.system().counts;
    const { plan } = await lab.plan(family());
    assert.equal(plan.steps, []);
    assert.is(lab.system().counts.mutations, mutations);
  });

  test('nobody is asked about the children of a parent that does not exist: they are absent with it', async () => {
    const lab = listening();
    const parent = box('a');
    const { survey, plan } = await lab.plan([parent, child('one', parent)]);
    assert.equal(lab.asks.map(shortly), ['Box: 1']);
    assert.is(survey.world.observed.get(idOf('Child', 'one'))?.seen, 'absent');
    assert.equal(
      plan.steps.map(({ verb }) => verb),
      ['create', 'create'],
    );
  });

  test('the children of a parent that could not be read and has no recorded handle are unknown, with its reason', async () => {
    const lab = openLab();
    lab.system().byHand.create('scripted/Box', { key: 'a', spec: { label: 'a' } });
    lab.system().obscure('box-1', { code: 'HTTP_503', severity: 'error', summary: 'not now' });
    const [parent, other] = [box('a'), box('z')];
    const { survey, plan } = await lab.plan([parent, other, child('one', parent)]);
    const one = survey.world.observed.get(idOf('Child', 'one'));
    assert.is(one?.seen === 'unknown' && one.fault.code, 'HTTP_503');
    assert.equal(
      plan.steps.map(({ verb, id }) => `${verb} ${id}`),
      [`create ${other.id}`],
    );
  });

  test('with the recorded handle of a parent that could not be read, its children are looked at and go on', async () => {
    const lab = openLab();
    const parent = box('a');
    await lab.run([parent, child('one', parent)]);
    lab.system().obscure('box-1', { code: 'HTTP_503', severity: 'error', summary: 'not now' });
    const { plan } = await lab.plan([parent, child('one', parent, { note: 'new' }), child('two', parent)]);
    assert.equal(
      plan.steps.map(({ verb, id }) => `${verb} ${id}`),
      [`update ${idOf('Child', 'one')}`, `create ${idOf('Child', 'two')}`],
    );
    assert.equal(
      plan.changes.filter(({ reason }) => reason === 'unobserved').map(({ id }) => id),
      [parent.id],
    );
  });

  test('a list that breaks off half-way proves nothing: nothing is made again, nothing is deleted, nothing is forgotten', async () => {
    const lab = openLab({ pageSize: 1 });
    const all = [box('a'), box('b'), box('c')];
    await lab.run(all);
    lab.system().byHand.remove('box-3');
    lab.system().halfRead();
    const { plan, survey } = await lab.plan(all.slice(0, 1), { strangers: true });
    assert.equal(plan.steps, []);
    assert.equal(
      all.map(({ id }) => survey.world.observed.get(id)?.seen),
      ['unknown', 'unknown', 'unknown'],
    );
    lab.system().halfRead(false);
    const whole = await lab.plan(all.slice(0, 1), { strangers: true });
    assert.equal(
      whole.plan.steps.map(({ verb, id }) => `${verb} ${id}`).sort(),
      [`delete ${idOf('Box', 'b')}`, `forget ${idOf('Box', 'c')}`].sort(),
    );
  });

  test('without an end the scope was not looked at completely: what is there is compared, what was removed from the manifests stays', async () => {
    const lab = openLab({
      kinds: (kind) => ({
        ...kind,
        async *observe(read, ask, call) {
          for await (const page of kind.observe(read, ask, call)) yield page.filter(({ seen }) => seen !== 'end');
        },
      }),
    });
    await lab.run([box('a'), box('b')]);
    const { plan } = await lab.plan([box('a', { size: 3 })]);
    assert.equal(
      plan.steps.map(({ verb, id }) => `${verb} ${id}`),
      [`update ${idOf('Box', 'a')}`],
    );
    assert.is(plan.changes.find(({ id }) => id === idOf('Box', 'b'))?.blocked?.code, 'NO_EVIDENCE');
  });

  test('strangers are seen only when somebody wants to see them, and never planned', async () => {
    const lab = openLab();
    lab.system().byHand.create('scripted/Box', { key: 'theirs', spec: { label: 'theirs' } });
    await lab.run([box('ours')]);
    assert.equal((await lab.plan([box('ours')])).survey.look.strangers, []);
    const { survey, plan } = await lab.plan([box('ours')], { strangers: true });
    assert.equal(
      survey.look.strangers.map(({ key, handle }) => `${key} ${handle}`),
      ['theirs box-1'],
    );
    assert.equal(plan.steps, []);
  });

  test('the handle of a resource that we know is a reference to it; any other stays a handle', async () => {
    const lab = openLab();
    const [a, b] = [box('a'), box('b')];
    const all = [a, b, child('one', a, { friend: b.id })];
    await lab.run(all);
    const { survey } = await lab.plan(all);
    const seen = survey.world.observed.get(idOf('Child', 'one'));
    assert.equal(seen?.seen === 'live' && seen.spec, { parent: refMark(a.id), friend: refMark(b.id) });
    const [handle] = [...lab.system().things.values()].filter(({ kind }) => kind === 'scripted/Child').map((thing) => thing.handle);
    const other = lab.system().byHand.create('scripted/Box', { key: 'other', spec: { label: 'other' } });
    lab.system().byHand.set(handle as string, '/friend', other);
    const { plan } = await lab.plan(all);
    const [difference] = plan.changes.flatMap(({ differences }) => differences);
    assert.equal(difference, { path: '/friend', before: other, after: refMark(b.id), cause: 'drifted', was: refMark(b.id) });
  });

  test('a handle of one target is no reference to a resource of another one', async () => {
    const lab = openLab({ targets: ['bench', 'other'] });
    const here = box('a');
    const there = box('a', {}, { target: 'other' });
    const belongs = child('one', there);
    await lab.run([here, there, belongs]);
    const { survey, plan } = await lab.plan([here, there, belongs]);
    assert.equal(plan.steps, []);
    const seen = survey.world.observed.get(belongs.id);
    assert.equal(seen?.seen === 'live' && seen.spec.parent, refMark(there.id));
    const handles = [lab.system('bench'), lab.system('other')].map(({ things }) => [...things.keys()][0]);
    assert.equal(handles, ['box-1', 'box-1'], 'the two systems give the same handles');
  });

  test('a sensitive value is a fingerprint before anybody can print it', async () => {
    const lab = openLab();
    const secret = lab.secret('the-token-of-a');
    await lab.run([box('a', { token: secret })]);
    const { survey } = await lab.plan([box('a', { token: secret })]);
    const seen = survey.world.observed.get(idOf('Box', 'a'));
    assert.is(lab.system().things.get('box-1')?.spec.token, 'the-token-of-a');
    assert.ok(seen?.seen === 'live' && /^[0-9a-f]{64}$/.test(String((seen.spec.token as { fingerprint?: string }).fingerprint)));
    lab.system().byHand.set('box-1', '/token', 'another-token');
    const changed = await lab.plan([box('a', { token: secret })]);
    assert.equal(
      changed.plan.steps.map(({ verb }) => verb),
      ['update'],
    );
    await lab.apply(changed);
    assert.is(lab.system().things.get('box-1')?.spec.token, 'the-token-of-a');
    for (const text of [...lab.texts(), JSON.stringify(changed.plan), JSON.stringify(survey.world.observed.get(idOf('Box', 'a')))]) {
      assert.not.match(text, /the-token-of-a|another-token/);
    }
  });

  test('without a state key nobody can tell whether a secret changed, and nobody says that it did', async () => {
    const lab = openLab({ key: null });
    const secret = lab.secret('the-token-of-a');
    await lab.run([box('a', { token: secret })]);
    lab.system().byHand.set('box-1', '/token', 'another-token');
    const { plan } = await lab.plan([box('a', { token: secret })]);
    assert.equal(plan.steps, []);
    assert.equal(
      plan.changes.flatMap(({ unverifiable = [] }) => unverifiable),
      ['/token'],
    );
  });

  test('a target that does not answer leaves its resources unknown and the others as they are', async () => {
    const lab = openLab({ targets: ['bench', 'other'] });
    const all = [box('a'), box('b', {}, { target: 'other' })];
    await lab.run(all);
    lab.system('other').trouble({ op: 'read', when: 'before', times: 1000 });
    const { plan } = await lab.plan([box('a', { size: 2 }), box('b', { size: 2 }, { target: 'other' })]);
    assert.equal(
      plan.steps.map(({ verb, id }) => `${verb} ${id}`),
      [`update ${idOf('Box', 'a')}`],
    );
    assert.equal(
      plan.changes.filter(({ reason }) => reason === 'unobserved').map(({ id, fault }) => [id, fault?.code]),
      [[idOf('Box', 'b', 'other'), 'CONNECTION_LOST']],
    );
  });

  test('what only people can make is found by its name', async () => {
    const lab = openLab();
    lab.system().byHand.create('scripted/Note', { key: 'n', spec: { text: 'by hand' } });
    const note = resource('Note', 'n', { text: 'ours' }, { lifecycle: { adopt: true } });
    await lab.run([note]);
    assert.is(lab.system().things.get('note-1')?.spec.text, 'ours');
    assert.equal((await lab.plan([note])).plan.steps, []);
  });
});
