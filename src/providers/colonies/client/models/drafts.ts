import type { Value } from '../../../../core/value.ts';
import type { Blueprint, BlueprintDefinition } from './blueprints.ts';
import type { File } from './files.ts';
import type { Capabilities, Executor, FunctionArg, Location } from './members.ts';
import type { Conditions, Filesystem, FuncSpec } from './work.ts';

/** An int64 as it may be given: a bigint, or a number where it is small enough to be exact. */
export type Int64 = bigint | number;

/** The same, with nothing that has to be there. Free-form values and texts stay as they are. */
type Loose<T> = T extends bigint
  ? Int64
  : T extends readonly (infer U)[]
    ? readonly Loose<U>[]
    : Value extends T
      ? T
      : T extends object
        ? { readonly [K in keyof T]?: Loose<T[K]> }
        : T;

/** What is left out is 0 or empty for the server, which fills in nothing: `submit` of this client does (see submit.ts). */
export interface ConditionsDraft extends Loose<Omit<Conditions, 'executornames'>> {
  readonly executornames?: readonly string[] | null;
}
export interface FuncSpecDraft extends Partial<Omit<FuncSpec, 'conditions' | 'fs'>> {
  readonly funcname: string;
  readonly conditions: ConditionsDraft;
  readonly fs?: Loose<Filesystem>;
}
export interface WorkflowSpecDraft {
  readonly colonyname: string;
  readonly functionspecs: readonly FuncSpecDraft[];
}

export type ExecutorDraft = Pick<Executor, 'executorname' | 'executorid' | 'colonyname' | 'executortype'> &
  Loose<Pick<Executor, 'locationname' | 'requirefuncreg' | 'capabilities' | 'allocations' | 'blueprintid' | 'blueprintgen'>>;
export type CapabilitiesDraft = Loose<Capabilities>;

export interface ColonyFunctionDraft {
  readonly executorname: string;
  readonly colonyname: string;
  readonly funcname: string;
  /** Stored as it is sent: empty where it is left out. */
  readonly executortype?: string;
  readonly functionid?: string;
  readonly description?: string;
  readonly args?: readonly (Pick<FunctionArg, 'name' | 'type'> & Partial<FunctionArg>)[];
}

export interface CronDraft {
  readonly name: string;
  readonly colonyname: string;
  /** JSON text of a WorkflowSpecDraft. Members that the server does not know are kept. */
  readonly workflowspec: string;
  /** Seconds, or -1 to go by `cronexpression`. 0 is refused. */
  readonly interval: number;
  readonly cronexpression?: string;
  readonly random?: boolean;
  readonly waitforprevprocessgraph?: boolean;
}

export interface GeneratorDraft {
  readonly name: string;
  readonly colonyname: string;
  readonly workflowspec: string;
  /** At least 1: the server takes a 0, and dies of it. */
  readonly trigger: number;
  readonly timeout: number;
}

export interface AttributeDraft {
  readonly targetid: string;
  readonly key: string;
  readonly value: string;
  /** 0 in, 1 out, 2 err, 3 env. */
  readonly attributetype: number;
  readonly targetcolonyname?: string;
}

export interface MetadataDraft {
  readonly name: string;
  readonly colonyname: string;
  readonly locationname?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Stored when it is added (send 1), ignored when it is updated. */
  readonly generation?: Int64;
}

export type BlueprintDraft = Pick<Blueprint, 'kind' | 'spec'> & {
  readonly metadata: MetadataDraft;
  /** An update that leaves it out removes it. */
  readonly status?: Blueprint['status'];
};

export interface BlueprintDefinitionDraft {
  readonly kind?: 'BlueprintDefinition';
  readonly metadata: MetadataDraft;
  readonly spec: Loose<BlueprintDefinition['spec']>;
}

export type FileDraft = Pick<File, 'colonyname' | 'label' | 'name'> &
  Loose<Omit<File, 'fileid' | 'colonyname' | 'label' | 'name' | 'sequencenr' | 'added'>>;

export type LocationDraft = Pick<Location, 'name' | 'colonyname'> & Partial<Location>;
