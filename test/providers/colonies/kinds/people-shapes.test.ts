import { refMark, secretMark } from '../../../../src/core/mark.ts';
import type { Fields } from '../../../../src/core/value.ts';
import { idOf } from '../../../../src/providers/colonies/client/index.ts';
import { blueprintDefinition } from '../../../../src/providers/colonies/kinds/blueprint-definition.ts';
import { colony } from '../../../../src/providers/colonies/kinds/colony.ts';
import { cron } from '../../../../src/providers/colonies/kinds/cron.ts';
import { executor } from '../../../../src/providers/colonies/kinds/executor.ts';
import { colonyFunction } from '../../../../src/providers/colonies/kinds/function.ts';
import { user } from '../../../../src/providers/colonies/kinds/user.ts';
import type { AnyKind } from '../../../../src/providers/contract.ts';
import { assert, group } from '../../../kit/group.ts';
import { NO_FILES } from '../../../kit/law-fields.ts';
import { keyOf } from './bench.ts';

const OPTIONS: Fields = { colony: 'dev' };
const ID = idOf(keyOf('somebody'));
const KEY = secretMark({ env: 'KEY' });

const shapeOf = (kind: AnyKind) => kind.open?.(NO_FILES, OPTIONS) as NonNullable<ReturnType<NonNullable<AnyKind['open']>>>;
/** What is said about a spec: code and place. */
const said = (kind: AnyKind, spec: Fields): readonly string[] =>
  shapeOf(kind)
    .check(spec)
    .map(({ code, pointer, severity = 'error' }) => `${severity} ${code} ${pointer ?? ''}`);
const cook = { executortype: 'cook', key: KEY };

group('what is wrong with people is said offline', (test) => {
  const cases: readonly (readonly [says: string, kind: AnyKind, spec: Fields, findings: readonly string[]])[] = [
    ['a colony without a word', colony, {}, []],
    ['a colony of the name that the target has', colony, { name: 'dev' }, []],
    ['another colony than that of the target', colony, { name: 'prod' }, ['error COLONIES_OTHER_COLONY /name']],
    ['the user of the target', user, { email: 'a@b' }, []],
    ['a user by its id', user, { userid: ID }, []],
    ['a user with a colon', user, { name: 'a:b', userid: ID }, ['error COLONIES_NAME /name']],
    ['a user with key and id', user, { key: KEY, userid: ID }, ['error COLONIES_KEY_AND_ID /userid']],
    ['an id that is too short', user, { userid: ID.slice(1) }, ['error COLONIES_ID /userid']],
    ['an id in upper case', user, { userid: ID.toUpperCase() }, ['error COLONIES_ID /userid']],
    ['an executor by its key', executor, { ...cook, functions: [{ name: 'boil' }] }, []],
    ['an executor that is nobody', executor, { executortype: 'cook' }, ['error COLONIES_NO_ID ']],
    ['an executor with a colon', executor, { ...cook, name: 'a:b' }, ['error COLONIES_NAME /name']],
    ['an executor with key and id', executor, { ...cook, executorid: ID }, ['error COLONIES_KEY_AND_ID /executorid']],
    ['an executor with no id', executor, { executortype: 'cook', executorid: 'cooker' }, ['error COLONIES_ID /executorid']],
    [
      'functions without the key of the executor',
      executor,
      { executortype: 'cook', executorid: ID, functions: [{ name: 'boil' }] },
      ['error COLONIES_FUNCTION_KEY /functions'],
    ],
    [
      'functions of one that is not approved',
      executor,
      { ...cook, approved: false, functions: [{ name: 'boil' }] },
      ['error COLONIES_FUNCTION_APPROVAL /functions'],
    ],
    [
      'a function twice',
      executor,
      { ...cook, functions: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
      ['error COLONIES_FUNCTION_TWICE /functions/2/name'],
    ],
    [
      'memory in other units',
      executor,
      { ...cook, capabilities: { hardware: [{ mem: '8Gi', storage: '8GB' }, { gpu: { mem: '1024' } }] } },
      ['warning COLONIES_MEMORY /capabilities/hardware/0/storage', 'warning COLONIES_MEMORY /capabilities/hardware/1/gpu/mem'],
    ],
    ['a function without a key', colonyFunction, { executor: ID }, ['error COLONIES_FUNCTION_KEY ']],
    ['a function with one', colonyFunction, { executor: ID, key: KEY }, []],
  ];
  for (const [says, kind, spec, findings] of cases) test(says, () => assert.equal(said(kind, spec), findings));

  test('every finding says what it means and what to do', () => {
    for (const [, kind, spec] of cases) {
      for (const { detail, hint } of shapeOf(kind).check(spec)) assert.ok(detail && hint, `${kind.kind} ${JSON.stringify(spec)}`);
    }
  });
});

group('two that are one and the same', (test) => {
  const together = (kind: AnyKind, ...specs: readonly Fields[]): readonly string[] =>
    (shapeOf(kind).together?.(specs.map((spec, i) => ({ id: `plant/${kind.kind}/${i}`, spec }))) ?? []).map(
      ({ code, resource, pointer }) => `${code} ${resource} ${pointer}`,
    );
  const other = secretMark({ env: 'OTHER' });

  test('users', () => {
    assert.equal(together(user, {}, { userid: ID }, { key: KEY }, { key: other }), []);
    assert.equal(together(user, {}, { email: 'a@b' }), ['COLONIES_ID_TWICE plant/colonies/User/1 ']);
    assert.equal(together(user, { userid: ID }, { userid: ID }), ['COLONIES_ID_TWICE plant/colonies/User/1 /userid']);
  });
  test('executors', () => {
    assert.equal(together(executor, cook, { ...cook, key: other }, { executortype: 'cook', executorid: ID }), []);
    assert.equal(together(executor, cook, { ...cook, name: 'another' }), ['COLONIES_ID_TWICE plant/colonies/Executor/1 /key']);
  });
  test('a function in the manifest of its executor and in one of its own', () => {
    const claims = (kind: AnyKind, id: string, spec: Fields): readonly string[] =>
      (shapeOf(kind).claims?.(spec, id) ?? []).map(({ path }) => path);
    const id = 'plant/colonies/Executor/cooker';
    const own = claims(executor, id, { ...cook, functions: [{ name: 'chop' }, { name: 'boil' }] });
    assert.equal(own, ['the function chop of colonies/Executor/cooker', 'the function boil of colonies/Executor/cooker']);
    const mark = refMark(id, 'name');
    assert.equal(claims(colonyFunction, 'plant/colonies/Function/chop', { executor: mark }), [own[0]]);
    assert.equal(claims(colonyFunction, 'plant/colonies/Function/one', { executor: mark, name: 'boil' }), [own[1]]);
  });
});

group('what means the same is the same', (test) => {
  test('a colony has the name of its target', () => {
    assert.equal(shapeOf(colony).normalize({}), { name: 'dev' });
    assert.is(colony.key?.({ name: 'dev' }, 'kitchen'), 'dev');
  });
  test('nothing and an empty text', () => {
    assert.equal(shapeOf(user).normalize({ userid: ID, email: '', phone: '1' }), { userid: ID, phone: '1' });
    assert.equal(shapeOf(colonyFunction).normalize({ executor: ID, description: '', args: [] }), { executor: ID });
  });
  test('what the server fills in', () => {
    const spec = { ...cook, capabilities: { hardware: [{ model: 'pi', nodes: 0, network: [], gpu: { count: 0 } }], software: [] } };
    assert.equal(shapeOf(executor).normalize(spec), { ...cook, capabilities: { hardware: [{ model: 'pi' }] } });
    const functions = [{ name: 'boil', description: '', args: [{ name: 'n', type: 'int', required: false, enum: [] }] }];
    assert.equal(shapeOf(executor).normalize({ ...cook, functions }), {
      ...cook,
      functions: [{ name: 'boil', args: [{ name: 'n', type: 'int' }] }],
    });
  });
});

group('which key a write takes', (test) => {
  const lacks = (kind: AnyKind, verb: 'create' | 'update' | 'delete', spec: Fields, options: Fields): string | undefined =>
    kind.mayWrite?.({ verb, spec, options: { ...OPTIONS, ...options } })?.hint?.match(/spec\.options\.(\w+)/)?.[1];
  test('is known from the options of the target, also where it is yet to be made', () => {
    const made = { generate: 'secp256k1', keep: { file: 'x' } };
    const all = { serverKey: secretMark(made), colonyKey: secretMark(made), key: secretMark(made) };
    assert.is(lacks(colony, 'create', {}, {}), 'serverKey');
    assert.is(lacks(colony, 'create', {}, { serverKey: all.serverKey }), 'colonyKey');
    assert.is(lacks(colony, 'create', { key: KEY }, { serverKey: all.serverKey }), undefined);
    assert.is(lacks(colony, 'delete', {}, { serverKey: all.serverKey }), undefined);
    assert.is(lacks(user, 'delete', { userid: ID }, {}), 'colonyKey');
    assert.is(lacks(user, 'create', {}, { colonyKey: all.colonyKey }), 'key');
    assert.is(lacks(user, 'create', { userid: ID }, { colonyKey: all.colonyKey }), undefined);
    assert.is(lacks(executor, 'update', cook, {}), 'colonyKey');
    for (const kind of [colony, user, executor] as const) assert.is(lacks(kind, 'create', cook, all), undefined);
  });
  test('is that of the owner of this colony, as soon as there is one', () => {
    const options = { ...OPTIONS, serverKey: 'x', colonyKey: 'x', key: 'x' };
    const wrong = (kind: AnyKind, owner: string | undefined, instance: string | undefined): string | undefined => {
      const read = { colony: 'dev', ids: { ...(owner === undefined ? {} : { owner }) } };
      return kind.mayWrite?.({ verb: 'update', spec: cook, options, link: { read, ...(instance === undefined ? {} : { instance }) } })
        ?.option;
    };
    for (const kind of [user, executor, blueprintDefinition] as readonly AnyKind[]) {
      assert.is(wrong(kind, ID, `dev:${ID}`), undefined);
      assert.is(wrong(kind, ID, 'dev:another'), 'colonyKey');
      assert.is(wrong(kind, ID, undefined), undefined, 'there is no colony yet');
      assert.is(wrong(kind, undefined, 'dev:another'), undefined, 'the key is yet to be made');
    }
    assert.is(wrong(cron, ID, 'dev:another'), undefined, 'a member signs it');
    assert.is(wrong(colony, ID, 'dev:another'), undefined, 'the owner of the server signs it');
  });
});
