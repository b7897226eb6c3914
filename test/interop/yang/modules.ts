/** A module that is right or wrong, with the others that it needs; `m` is the one that is judged. */
export interface Judged {
  readonly name: string;
  /** Default: wrong. */
  readonly valid?: true;
  readonly files: Readonly<Record<string, string>>;
}

const head = (name: string, version = '1.1'): string => `yang-version ${version}; namespace "urn:${name}"; prefix ${name};`;
const one = (name: string, body: string, valid?: true): Judged => ({
  name,
  ...(valid ? { valid } : {}),
  files: { m: `module m { ${head('m')} ${body} }` },
});
const HOME = `module n { ${head('n')} container c { leaf kind { type string; } choice way { case one { leaf a { type string; } } } } }`;
const two = (name: string, body: string, valid?: true): Judged => ({
  name,
  ...(valid ? { valid } : {}),
  files: { n: HOME, m: `module m { ${head('m')} import n { prefix n; } ${body} }` },
});

/** What a module may say, where readers of YANG are often too kind. */
export const MODULES: readonly Judged[] = [
  one('an empty module', '', true),
  one('a statement that there is not', 'leef a { type string; }'),
  one('a type that there is not', 'leaf a { type text; }'),
  one('a default out of range', 'leaf a { type int8 { range "1..5"; } default 9; }'),
  one('a default that is mandatory', 'leaf a { type int8; mandatory true; default 1; }'),
  one('a range that widens its type', 'typedef t { type int8 { range "1..5"; } } leaf a { type t { range "0..5"; } }'),
  one('a list of configuration without a key', 'list l { leaf a { type string; } }'),
  one('a list of state without a key', 'list l { config false; leaf a { type string; } }', true),
  one('configuration below state', 'container c { config false; leaf a { config true; type string; } }'),
  one('a leafref to nothing', 'leaf a { type leafref { path "/b"; } }'),
  one('a leafref to a container', 'container b; leaf a { type leafref { path "/b"; } }'),
  one('two nodes of one name', 'leaf a { type string; } container a;'),
  one('two nodes of one name in two cases', 'choice c { case x { leaf a { type string; } } case y { leaf a { type string; } } }'),
  one('a grouping that uses itself', 'grouping g { container c { uses g; } } uses g;'),
  one('a typedef that is made of itself', 'typedef t { type t; } leaf a { type t; }'),
  one('an identity that is derived from itself', 'identity i { base i; }'),
  one('a feature that depends on itself', 'feature f { if-feature f; }'),
  one('a key that depends on a feature', 'feature f; list l { key k; leaf k { if-feature f; type string; } }'),
  one('a key that depends on a when', 'leaf w { type string; } list l { key k; leaf k { when "/w"; type string; } }'),
  one(
    'unique over configuration and state',
    'list l { key k; unique "a b"; leaf k { type string; } leaf a { type string; } leaf b { type string; config false; } }',
  ),
  one(
    'a mandatory node in a default case',
    'choice c { default x; case x { leaf a { type string; mandatory true; } } leaf b { type string; } }',
  ),
  one(
    'a mandatory node in another case',
    'choice c { default b; case x { leaf a { type string; mandatory true; } } leaf b { type string; } }',
    true,
  ),
  one('a current leaf of an obsolete type', 'typedef t { type string; status obsolete; } leaf a { type t; }'),
  one('an obsolete leaf of an obsolete type', 'typedef t { type string; status obsolete; } leaf a { status obsolete; type t; }', true),
  one(
    'a current container that uses an obsolete grouping',
    'grouping g { status obsolete; leaf a { type string; } } container c { uses g; }',
  ),
  one('a current leafref to an obsolete leaf', 'leaf old { type string; status obsolete; } leaf a { type leafref { path "/old"; } }'),
  one('a current leaf with an obsolete feature', 'feature f { status obsolete; } leaf a { if-feature f; type string; }'),
  one('a pattern that is no regular expression', `leaf a { type string { pattern '['; } }`),
  one('an expression that is no XPath', 'leaf a { type string; must ". = "; }'),
  one('an escape that YANG 1.1 does not have', 'description "\\x";'),
  two('an augment that brings something optional', 'augment /n:c { leaf b { type string; } }', true),
  two('an augment that brings something mandatory', 'augment /n:c { leaf b { type string; mandatory true; } }'),
  two('the same under a condition', `augment /n:c { when "n:kind = 'x'"; leaf b { type string; mandatory true; } }`, true),
  two('a mandatory container, because of what is in it', 'augment /n:c { container b { leaf x { type string; mandatory true; } } }'),
  two('a case with something mandatory', 'augment /n:c/n:way { case two { leaf b { type string; mandatory true; } } }', true),
  two('something mandatory in a case that was there', 'augment /n:c/n:way/n:one { leaf b { type string; mandatory true; } }'),
  two('an augment of nothing', 'augment /n:nothing { leaf b { type string; } }'),
  {
    name: 'YANG 1: a submodule that uses what it does not include',
    files: {
      a: 'submodule a { belongs-to m { prefix m; } leaf x { type t; } }',
      b: 'submodule b { belongs-to m { prefix m; } typedef t { type string; } }',
      m: `module m { ${head('m', '1')} include a; include b; }`,
    },
  },
  {
    name: 'YANG 1: a submodule that uses what it includes',
    valid: true,
    files: {
      a: 'submodule a { belongs-to m { prefix m; } include b; leaf x { type t; } }',
      b: 'submodule b { belongs-to m { prefix m; } typedef t { type string; } }',
      m: `module m { ${head('m', '1')} include a; include b; }`,
    },
  },
  {
    name: 'YANG 1.1 with a submodule of YANG 1',
    files: { a: 'submodule a { belongs-to m { prefix m; } }', m: `module m { ${head('m')} include a; }` },
  },
  {
    name: 'YANG 1 that imports a revision of YANG 1.1',
    files: {
      n: `module n { ${head('n')} revision 2026-01-01; }`,
      m: `module m { ${head('m', '1')} import n { prefix n; revision-date 2026-01-01; } }`,
    },
  },
];
