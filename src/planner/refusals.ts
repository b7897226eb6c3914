import type { Diagnostic } from '../core/diagnostic.ts';
import type { ResourceId } from '../core/id.ts';
import { idParts, shortId } from '../core/id.ts';
import { dotted } from '../core/pointer.ts';
import type { Recorded, Resource } from '../core/resource.ts';

/** Why something is not done: each a Diagnostic, with the manifest's place where there is a manifest. */
type Said = Omit<Diagnostic, 'severity' | 'at' | 'resource'>;
type About = Pick<Resource, 'id' | 'origin'> | Pick<Recorded, 'id'>;

const said = (about: About, text: Said): Diagnostic => ({
  severity: 'error',
  ...text,
  resource: about.id,
  ...('origin' in about ? { at: { file: about.origin.file, line: about.origin.line, col: 1 } } : {}),
});

const list = (ids: readonly ResourceId[]): string =>
  ids.slice(0, 5).map(shortId).join(', ') + (ids.length > 5 ? ` and ${ids.length - 5} more` : '');

export const adoptRequired = (about: About): Diagnostic =>
  said(about, {
    code: 'ADOPT_REQUIRED',
    summary: `${shortId(about.id)} already exists and is not ours`,
    detail:
      'The live system has an object of this name that no apply of ours has made. Taking it over would overwrite what somebody else set, so that is a decision: the differences show what would change.',
    hint: `setpoint adopt ${about.id} takes it over, after asking; so does lifecycle.adopt: true in the manifest at the next apply.`,
  });

export const foreignOwner = (about: About, mark: string): Diagnostic =>
  said(about, {
    code: 'FOREIGN_OWNER',
    summary: `${shortId(about.id)} belongs to ${mark}`,
    detail:
      'The live object bears the mark of another owner. Two owners of one object would undo each other for ever, so it is not touched.',
    hint: 'Let the other owner give it up first, choose another name, or list its id under metadata.was if it was renamed.',
  });

export const adoptImmutable = (about: About, paths: readonly string[]): Diagnostic =>
  said(about, {
    code: 'ADOPT_IMMUTABLE',
    summary: `${shortId(about.id)} cannot be taken over as it is`,
    detail: `It differs in ${paths.map(dotted).join(', ')}, which cannot be changed in place, and what is not ours is not deleted to be made anew.`,
    hint: 'Write the live value into the manifest, or choose another name.',
  });

export const notCreatable = (about: About): Diagnostic =>
  said(about, {
    code: 'NOT_CREATABLE',
    summary: `${shortId(about.id)} does not exist and cannot be created`,
    detail: 'This system does not let anybody create such an object; Setpoint can only take over one that is there.',
    hint: 'Make it in the system itself, then plan again.',
  });

export const notFound = (about: About): Diagnostic =>
  said(about, {
    code: 'NOT_FOUND',
    summary: `${shortId(about.id)} does not exist`,
    detail: 'Its manifest says lifecycle.manage: observe or adopt: somebody else makes and removes it. The system says that there is none.',
    hint: 'Check the name, or let Setpoint make it with lifecycle.manage: full.',
  });

export const mayNotGo = (
  about: About,
  why: 'protected' | 'retained' | 'adopted' | 'cannot-be-deleted',
  goal: 'replace' | 'delete',
): Diagnostic =>
  said(about, {
    code: why === 'protected' ? 'PROTECTED' : 'CANNOT_REPLACE',
    summary: `${shortId(about.id)} is ${{ protected: 'protected', retained: 'to be retained', adopted: 'adopted', 'cannot-be-deleted': 'not deletable' }[why]}`,
    detail:
      goal === 'replace'
        ? 'The change cannot be made in place: the old object would have to be deleted, which it may not be.'
        : 'Its manifest is gone, but it was protected when it was last applied. Deleting the manifest does not lift that.',
    hint: {
      protected:
        goal === 'replace'
          ? 'Take lifecycle.protect out of the manifest.'
          : 'Bring the manifest back without lifecycle.protect, apply, and remove it then.',
      retained: 'Take lifecycle.retain out of the manifest.',
      adopted: 'Set lifecycle.manage: full to make it ours for good.',
      'cannot-be-deleted': 'This system cannot delete it: give the new one another name, and the old one stays.',
    }[why],
  });

export const noEvidence = (about: About, incomplete: boolean): Diagnostic =>
  said(about, {
    code: 'NO_EVIDENCE',
    summary: `${shortId(about.id)} is recorded, but nothing proves that it was removed`,
    detail: incomplete
      ? 'Its manifest is gone, but the part of the system where it lives could not be looked at completely in this run.'
      : 'No manifest asks for it, and no completely read folder or commit shows that its manifest was removed on purpose.',
    hint: 'Plan from the whole project, or let it go with `setpoint state forget`.',
  });

/** `stuck` are those among `by` that stay for a reason of their own, and what can be done about it. */
export const needed = (
  about: About,
  by: readonly ResourceId[],
  stuck: readonly { readonly id: ResourceId; readonly why: string; readonly way: string }[] = [],
): Diagnostic =>
  said(about, {
    code: 'NEEDED',
    summary: `${shortId(about.id)} is still needed by ${list(by)}`,
    detail: [
      'What refers to it stays as it is in this plan, and would refer to nothing.',
      ...new Set(stuck.map(({ id, why }) => `${shortId(id)} ${why}.`)),
    ].join(' '),
    hint:
      stuck.length === 0
        ? 'Remove or change what refers to it, and select it as well if only a part is planned.'
        : [...new Set(stuck.map(({ way }) => way))].join(' '),
  });

/** `others` are live objects that nothing in the plan removes, by kind and name. */
export const othersInside = (about: About, others: readonly string[], goal: 'replace' | 'delete'): Diagnostic => {
  const names = others.slice(0, 5).join(', ') + (others.length > 5 ? ` and ${others.length - 5} more` : '');
  const those = others.length === 1 ? 'it' : 'them';
  return said(about, {
    code: 'OTHERS_INSIDE',
    summary: `${shortId(about.id)} cannot go while ${names} ${others.length === 1 ? 'is' : 'are'} there`,
    detail: `To remove it would take ${those} along, or be refused. No record says that we made ${those}, so nothing is done to ${those}, and ${shortId(about.id)} stays.`,
    hint:
      goal === 'delete'
        ? `Remove ${those} by hand and do this again; or leave it all there, unmanaged: setpoint state forget ${about.id}. What is adopted with lifecycle.manage: full goes as well.`
        : `Write ${those} down with lifecycle.manage: full and adopt ${those}: then ${those} will be made anew as well. Or remove ${those} by hand.`,
  });
};

export const showsOthers = (about: About, holder: ResourceId): Diagnostic =>
  said(about, {
    code: 'NEEDED',
    summary: `${shortId(about.id)} stays as long as ${shortId(holder)} does`,
    detail: `Without it nobody here could see who else is in ${shortId(holder)}, and that one would go with all of them.`,
    hint: `See what the plan says about ${shortId(holder)}.`,
  });

export const needMissing = (about: About, need: ResourceId): Diagnostic =>
  said(about, {
    code: 'NEED_MISSING',
    summary: `${shortId(about.id)} needs ${shortId(need)}, which does not come`,
    detail: 'What it refers to is neither there nor made by this plan, so the reference would lead to nothing.',
    hint: `See what the plan says about ${shortId(need)}.`,
  });

export const notObserved = (about: About, need?: ResourceId): Diagnostic =>
  said(about, {
    code: 'UNOBSERVED',
    summary:
      need === undefined
        ? `${shortId(about.id)} was not observed`
        : `${shortId(about.id)} needs ${shortId(need)}, which could not be observed`,
    detail: 'An error is never evidence of absence: what could not be looked at is left as it is.',
    hint:
      need === undefined
        ? 'The plan names the targets that cannot be read; plan again when they can.'
        : `The plan says why ${shortId(need)} could not be; plan again when it can.`,
  });

export const runOpen = (about: About): Diagnostic =>
  said(about, {
    code: 'RUN_UNKNOWN',
    summary: `nobody knows how ${shortId(about.id)} ended`,
    detail: 'It was begun, and no answer says whether it ran. Starting it again could do twice what may be done only once.',
    hint: 'Find out in the system itself; then `setpoint state forget` lets it run again.',
  });

export const handleTwice = (about: About, other: ResourceId): Diagnostic =>
  said(about, {
    code: 'HANDLE_TWICE',
    summary: `${shortId(about.id)} and ${shortId(other)} are one live object`,
    detail: 'One live object can have only one owner: each would undo what the other writes. Neither is touched.',
    hint: 'Remove one of the two manifests, or give them different names on the server.',
  });

const CYCLE_SHOWN = 20;

/** `way` goes round: each needs the next, and the last one the first. */
export const inCycle = (way: readonly About[]): Diagnostic => {
  const shown = way.length > CYCLE_SHOWN ? way.slice(0, CYCLE_SHOWN) : way;
  const rest = way.length - shown.length;
  const round = [...shown.map((one) => shortId(one.id)), ...(rest === 0 ? [] : [`${rest} more`]), shortId(way[0]!.id)];
  const places = shown.flatMap((one) => ('origin' in one ? [`${shortId(one.id)} at ${one.origin.file}:${one.origin.line}`] : []));
  return said(way[0]!, {
    code: 'CYCLE',
    summary: round.join(' needs '),
    detail: `None of them can be first, so nothing is done about any of them.${places.length === 0 ? '' : ` They stand here: ${places.join(', ')}.`}`,
    hint: 'One of these references has to go.',
  });
};

export const kindUnknown = (about: About): Diagnostic =>
  said(about, {
    code: 'KIND_UNKNOWN',
    summary: `no provider knows the kind ${idParts(about.id).kind}`,
    detail: 'It was written by another version of Setpoint or by a provider that is not here. It is left as it is.',
    hint: 'Use the version that wrote it, or drop the record: `setpoint state forget`.',
  });

export const halfGone = (target: string, gone: number, all: number): Diagnostic => ({
  code: 'HALF_GONE',
  severity: 'error',
  summary: `${gone} of ${all} recorded resources of ${target} are gone at once`,
  detail: 'That looks like another or an emptied system rather than like work: nothing is planned there.',
  hint: 'Check the address of the target. If the system was rebuilt, say so with `setpoint state rebind`.',
});

export const overBudget = (target: string, going: number, all: number): Diagnostic => ({
  code: 'DELETION_BUDGET',
  severity: 'error',
  summary: `${going} of ${all} recorded resources of ${target} would be deleted at once`,
  detail:
    'That is more than the deletion budget allows. Manifests that are missing by accident look just like this, so nothing is deleted.',
  hint: 'Remove them in smaller portions, raise the budget, or use `setpoint destroy`.',
});
