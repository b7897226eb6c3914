/** `target/group/Kind/name`: what a resource is called everywhere, from the plan to the state. It has no version in it. */
export type ResourceId = string;
/** `group/Kind`: `cresco/Pipeline`. */
export type KindName = string;

/** A name that a person may give: it stands in ids, file names and references, so it holds no slash, blank or control character. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

export interface IdParts {
  readonly target: string;
  readonly kind: KindName;
  readonly name: string;
}

export const resourceId = ({ target, kind, name }: IdParts): ResourceId => `${target}/${kind}/${name}`;

export function idParts(id: ResourceId): IdParts {
  const a = id.indexOf('/');
  const b = id.indexOf('/', a + 1);
  const c = id.indexOf('/', b + 1);
  if (c < 0) throw new TypeError(`not a resource id: ${id}`);
  return { target: id.slice(0, a), kind: id.slice(a + 1, c), name: id.slice(c + 1) };
}

/** `confhoard/Config/fermentation`: the id as people read it, where the target is plain from the context. */
export const shortId = (id: ResourceId): string => id.slice(id.indexOf('/') + 1);

export const groupOf = (kind: KindName): string => kind.slice(0, kind.indexOf('/'));
