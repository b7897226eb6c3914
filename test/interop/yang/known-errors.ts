/** Where yanglint (2.1) is wrong, by the name of the case, with the section that says so. One that it gets right fails the stage. */
export const KNOWN_ERRORS: Readonly<Record<string, string>> = {
  'a key that depends on a feature': 'RFC 7950 section 7.8.2: a key leaf must not have any if-feature',
  'a current leaf with an obsolete feature': 'RFC 7950 section 7.21.2: current must not reference obsolete in one module',
  'YANG 1: a submodule that uses what it does not include': 'RFC 6020 section 5.1: what is referenced has to be included',
  'YANG 1.1 with a submodule of YANG 1': 'RFC 7950 section 12: a YANG 1.1 module must not include a YANG 1 submodule',
  'YANG 1 that imports a revision of YANG 1.1': 'RFC 7950 section 12: YANG 1 must not import a YANG 1.1 module by revision',
};
