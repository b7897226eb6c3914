import type { Work } from '../../contract.ts';

type Texts = Readonly<Record<string, string>>;

/** What the annotations of our own begin with: whose the object is, and which call wrote it last. */
export const OURS = 'setpoint/';
const ID = `${OURS}id`;
const INTENT = `${OURS}intent`;

/** The id of the resource that an object belongs to, if somebody has marked it. */
export const markIn = (annotations: Texts): string | undefined => annotations[ID];

export const marks = ({ id, intent }: Pick<Work<object>, 'id' | 'intent'>): Texts => ({ [ID]: id, [INTENT]: intent });

/** Without the marks. */
export const forPeople = (annotations: Texts): Texts =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith(OURS)));
