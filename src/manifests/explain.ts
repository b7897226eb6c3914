import type { ErrorObject } from 'ajv/dist/2020.js';
import { member, type Pointer } from '../core/pointer.ts';
import type { Fields } from '../core/value.ts';
import { explainOne, fieldOf, isReferenceText, pointerOf, typeName } from './explain-one.ts';
import type { Issue } from './issue.ts';

/** A list of a thousand wrong items is one mistake; who mends the first of them sees the rest. */
const MOST = 300;

/**
 * What ajv found, in plain language. Of a value that has several forms (`oneOf`, `anyOf`) only the form it comes nearest to is
 * explained: what is wrong by the other forms is noise. A `${…}` may stand for any scalar; what it must be is not known yet.
 */
export function explain(errors: readonly ErrorObject[], lexical: ReadonlyMap<Pointer, string>): readonly Issue[] {
  const issues: Issue[] = [];
  const judged = errors.slice(0, MOST).filter((error) => !isReferenceText(error.data) || error.parentSchema?.['x-sensitive'] === true);
  collect(judged, lexical, issues);
  const reasons = new Set<string>();
  for (const { code, at, meant } of issues) {
    if (code === 'FIELD_UNKNOWN') reasons.add(`FIELD_CHOICE ${parent(at)}`).add(`FIELD_MISSING ${member(parent(at), meant ?? '')}`);
    else if (code === 'FIELD_TYPE' || code === 'SECRET_LITERAL') reasons.add(`FIELD_CHOICE ${at}`);
  }
  // A misspelt field is why another one is missing or no form fits; and so is a value of quite another type.
  return issues.filter(({ code, at, meant }) => !reasons.has(`${code} ${meant === undefined ? at : member(at, meant)}`));
}

const parent = (at: Pointer): Pointer => at.slice(0, Math.max(0, at.lastIndexOf('/')));

const isChoice = (error: ErrorObject): boolean => error.keyword === 'oneOf' || error.keyword === 'anyOf';

const isInside = (error: ErrorObject, choice: ErrorObject): boolean =>
  error !== choice &&
  error.schemaPath.startsWith(`${choice.schemaPath}/`) &&
  (error.instancePath === choice.instancePath || error.instancePath.startsWith(`${choice.instancePath}/`));

function collect(errors: readonly ErrorObject[], lexical: ReadonlyMap<Pointer, string>, issues: Issue[]): void {
  const choices = errors.filter(isChoice);
  const outer = choices.filter((choice) => !choices.some((other) => isInside(choice, other)));
  for (const error of errors) {
    if (outer.some((choice) => isInside(error, choice))) continue;
    if (!isChoice(error)) {
      const issue = explainOne(error, lexical);
      if (issue !== undefined) issues.push(issue);
      continue;
    }
    const inside = errors.filter((inner) => isInside(inner, error));
    const nearest = nearestForm(error, inside);
    if (nearest === undefined) issues.push(noForm(error));
    else collect(nearest, lexical, issues);
  }
}

/** The errors of the branch that the value comes nearest to; undefined where none stands out. */
function nearestForm(choice: ErrorObject, inside: readonly ErrorObject[]): readonly ErrorObject[] | undefined {
  const branches = new Map<string, ErrorObject[]>();
  for (const error of inside) {
    const branch = error.schemaPath.slice(choice.schemaPath.length + 1).split('/', 1)[0] ?? '';
    const errors = branches.get(branch);
    if (errors === undefined) branches.set(branch, [error]);
    else errors.push(error);
  }
  let best: readonly ErrorObject[] | undefined;
  let least = Infinity;
  let ties = 0;
  for (const errors of branches.values()) {
    const distance = errors.reduce((sum, error) => sum + weight(error, choice.instancePath), 0);
    if (distance < least) {
      best = errors;
      least = distance;
      ties = 0;
    } else if (distance === least) ties += 1;
  }
  return ties > 0 || least >= NOT_MEANT ? undefined : best;
}

const NOT_MEANT = 1000;

/** How much an error says that its branch was not meant: another type or another tag does, a wrong value further down does not. */
function weight(error: ErrorObject, at: string): number {
  const isHere = error.instancePath === at;
  if (isHere && (error.keyword === 'type' || error.keyword === 'const' || error.keyword === 'enum')) return NOT_MEANT;
  const isTag = error.keyword === 'const' && error.instancePath.slice(at.length + 1).split('/').length === 1;
  if (isTag) return NOT_MEANT / 10;
  if (isHere && (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties')) return 10;
  return isHere && error.keyword === 'required' ? 5 : 1;
}

function noForm(error: ErrorObject): Issue {
  const at = pointerOf(error.instancePath);
  const forms = (error.schema as readonly Fields[]).map(formName);
  const required = (error.schema as readonly Fields[]).map((form) => (Object.keys(form).length === 1 ? form.required : undefined));
  const subject = fieldOf(at);
  if (required.every((names): names is readonly string[] => Array.isArray(names))) {
    const names = required.map((each) => each.join(' and '));
    const many = (error.params as { passingSchemas?: unknown }).passingSchemas;
    return {
      code: 'FIELD_CHOICE',
      at,
      part: 'key',
      summary: `${subject} takes ${error.keyword === 'oneOf' ? 'exactly' : 'at least'} one of ${names.join(', ')}`,
      ...(Array.isArray(many) ? { label: 'more than one is here' } : { label: 'none of them is here' }),
    };
  }
  const described = (error.parentSchema as Fields | undefined)?.description;
  return {
    code: 'FIELD_VALUE',
    at,
    part: 'value',
    summary: `${subject} has to be one of these: ${forms.join(', ')}`,
    ...(typeof described === 'string' ? { detail: described } : {}),
  };
}

/** A form in a few words: its title, the one value it allows, or its type and what it needs. */
function formName(form: Fields): string {
  if (typeof form.title === 'string') return form.title;
  if (form.const !== undefined) return JSON.stringify(form.const);
  if (Array.isArray(form.enum)) return form.enum.map((value) => JSON.stringify(value)).join(', ');
  const needs = Array.isArray(form.required) && form.required.length > 0 ? ` with ${form.required.join(' and ')}` : '';
  return `${typeof form.type === 'string' ? typeName(form.type) : 'a value'}${needs}`;
}
