// Made from the JSON Schemas by `npm run types`: change those.

/**
 * A wish that an executor of ColonyOS fulfils: we write what is wished for, its reconciler makes it true and reports under status, which is left alone.
 */
export interface BlueprintSpec {
  /**
   * Its name in the colony. Default: the name of the manifest.
   */
  name?: string;
  /**
   * The name of the BlueprintDefinition that it is of.
   */
  definition: string;
  /**
   * What is wished for, as the definition's schema wants it. The server keeps numbers as 64-bit floats.
   */
  spec: {
    [k: string]: unknown;
  };
  /**
   * The location whose reconciler is told. One that is not there is made, and stays.
   */
  locationname?: string;
  /**
   * Words that others find it by; labels that somebody else adds stay.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Notes on it; those that somebody else adds stay. Those that begin with setpoint/ are our own.
   */
  annotations?: {
    [k: string]: string;
  };
  /**
   * What the spec is held against before anything is sent. Default: the schema of the definition, where that is in a manifest as well.
   */
  schema?: {
    [k: string]: unknown;
  };
}

/**
 * A kind of blueprint: what its spec has to be, and which executors make it true. Nothing of it changes in place, and it cannot go while there is a blueprint of the kind: a change takes all of them away and makes them anew.
 */
export interface BlueprintDefinitionSpec {
  /**
   * Its name in the colony. Default: the name of the manifest.
   */
  name?: string;
  /**
   * What blueprints of it call themselves.
   */
  kind: string;
  /**
   * A domain name that tells kinds of one name apart, for people.
   */
  group?: string;
  /**
   * Of the kind, for people.
   */
  version?: string;
  /**
   * Other words for the kind, for people.
   */
  names?: {
    /**
     * The same as kind above.
     */
    kind?: string;
    /**
     * Of a list of them. Default: the kind with List behind it.
     */
    listKind?: string;
    /**
     * Default: the kind in lower case.
     */
    singular?: string;
    /**
     * Default: the singular with an s behind it.
     */
    plural?: string;
    /**
     * Shorter words.
     */
    shortNames?: string[];
  };
  /**
   * Namespaced or Cluster; the server makes no difference. Default: Namespaced.
   */
  scope?: 'Namespaced' | 'Cluster';
  schema?: BlueprintSchema;
  /**
   * Which executors are told about blueprints of the kind: at once, and every minute.
   */
  handler: {
    /**
     * The type of executor.
     */
    executorType: string;
    /**
     * The function that it is called by.
     */
    functionName: string;
    /**
     * The server keeps it, and reconciles once a minute whatever it says.
     */
    reconcileInterval?: number;
  };
}

/**
 * What the spec of a blueprint has to be.
 */
export interface BlueprintSchema {
  /**
   * object.
   */
  type?: string;
  /**
   * Its fields.
   */
  properties?: {
    [k: string]: SchemaProperty;
  };
  /**
   * The fields that it has to have, at its top alone.
   */
  required?: string[];
}

/**
 * What a field may be, as far as the server looks: type, enum, items and properties. What else JSON Schema has it does not keep.
 */
export interface SchemaProperty {
  /**
   * string, number, integer, boolean, object or array.
   */
  type?: string;
  /**
   * For people.
   */
  description?: string;
  /**
   * What it may be.
   */
  enum?: unknown[];
  /**
   * For people: the server fills in nothing.
   */
  default?: {
    [k: string]: unknown;
  };
  /**
   * The fields of an object. None of them can be required.
   */
  properties?: {
    [k: string]: SchemaProperty;
  };
  items?: SchemaProperty;
}

/**
 * The colony that the target speaks of (spec.options.colony). The server's owner makes and removes it, so spec.options.serverKey is needed for that and for nothing else. Removing it takes everything in it along: users, executors, functions, processes, workflows, crons, generators, logs and files. Blueprints and their definitions stay behind, and are there again when a colony of that name is made anew.
 */
export interface ColonySpec {
  /**
   * Its name on the server, which can be no other than spec.options.colony of the target. Default: that one.
   */
  name?: string;
  /**
   * The private key of its owner, 64 hexadecimal digits: the colony's id is the hash of its public half. Default: spec.options.colonyKey of the target. A colony is never made anew for another key: everything in it would go.
   */
  key?: string;
}

/**
 * A workflow that is submitted again and again, in the name of the key that made the cron. Nothing of it changes in place: a new one takes the place of the old one.
 */
export interface CronSpec {
  /**
   * Its name in the colony. Default: the name of the manifest. The server makes crons called reconcile-… itself.
   */
  name?: string;
  /**
   * When: second, minute, hour, day of the month, month, day of the week, in the time zone of the server; or @daily, @every 1h30m and their like. TZ=Area/City may stand in front. Either this or interval.
   */
  cronexpression?: string;
  /**
   * Seconds between two runs. Either this or cronexpression.
   */
  interval?: number;
  /**
   * Wait until the previous run has succeeded or failed. One that was cancelled is neither: then it waits for ever. Default: false.
   */
  waitforprevprocessgraph?: boolean;
  /**
   * The functions of the workflow. They may stand in any order.
   *
   * @minItems 1
   */
  functionspecs: FuncSpec[];
}

/**
 * One function to be called, as ColonyOS writes it: specs from its JSON files can be pasted.
 */
export interface FuncSpec {
  /**
   * Names it inside the workflow: conditions.dependencies refer to it. The server runs no workflow with a function that has none.
   */
  nodename: string;
  /**
   * The function that an executor registered.
   */
  funcname: string;
  /**
   * What it is called with, in order. The server keeps numbers as 64-bit floats.
   */
  args?: unknown[];
  /**
   * What it is called with, by name.
   */
  kwargs?: {
    [k: string]: unknown;
  };
  /**
   * Higher goes first: each point counts like a day of waiting. Default: 0.
   */
  priority?: number;
  /**
   * Seconds that it may wait for an executor, and for the functions that it depends on, before it fails. Default: -1, no limit.
   */
  maxwaittime?: number;
  /**
   * Seconds that an executor has before the function goes back to the queue. Default: -1, no limit.
   */
  maxexectime?: number;
  /**
   * How often it is run again after maxexectime; -1 is without end. Default: 0.
   */
  maxretries?: number;
  conditions: Conditions;
  /**
   * A word to find its processes by.
   */
  label?: string;
  fs?: Filesystem;
  /**
   * Environment of the function. Names that begin with SETPOINT_ are our own.
   */
  env?: {
    [k: string]: string;
  };
  /**
   * Message channels that are opened with it.
   */
  channels?: string[];
}

/**
 * Which executor may take it, and what has to be done first.
 */
export interface Conditions {
  /**
   * The colony; nothing but that of the target.
   */
  colonyname?: string;
  /**
   * The type of executor that takes it.
   */
  executortype: string;
  /**
   * Only these of that type. Default: any.
   */
  executornames?: string[];
  /**
   * The old word for executornames.
   */
  executorids?: string[];
  /**
   * Only executors at this location.
   */
  locationname?: string;
  /**
   * Names of the nodes that have to succeed first; it gets their outputs in this order.
   */
  dependencies?: string[];
  /**
   * How many nodes it takes.
   */
  nodes?: number;
  /**
   * Processor time in thousandths. The server reads anything without the m as nothing.
   */
  cpu?: string;
  /**
   * Memory. Whole numbers with Ki, Mi, Gi or TiB; the server keeps whole Mi. Other units it reads differently from one time to the next.
   */
  mem?: string;
  /**
   * Disk. Whole numbers with Ki, Mi, Gi or TiB; the server keeps whole Mi. Other units it reads differently from one time to the next.
   */
  storage?: string;
  /**
   * How many processes it starts.
   */
  processes?: number;
  /**
   * How many of them on a node.
   */
  processespernode?: number;
  /**
   * The old word for processespernode.
   */
  'processes-per-node'?: number;
  gpu?: Gpu;
  /**
   * Seconds that it is expected to take.
   */
  walltime?: number;
}

/**
 * Graphics processors that it wants; the server matches none of this with executors.
 */
export interface Gpu {
  /**
   * Which ones.
   */
  name?: string;
  /**
   * How many.
   */
  count?: number;
  /**
   * Memory of each. Whole numbers with Ki, Mi, Gi or TiB; the server keeps whole Mi. Other units it reads differently from one time to the next.
   */
  mem?: string;
  /**
   * How many on a node. The server does not keep it.
   */
  nodecount?: number;
}

/**
 * Files that the executor puts in place before and takes back after.
 */
export interface Filesystem {
  /**
   * The folder that they are in.
   */
  mount?: string;
  /**
   * Snapshots to read.
   *
   * Items: One snapshot.
   */
  snapshots?: {
    /**
     * Its id.
     */
    snapshotid?: string;
    /**
     * The label that it was taken of.
     */
    label?: string;
    /**
     * The folder below mount.
     */
    dir?: string;
    /**
     * Leave the files there.
     */
    keepfiles?: boolean;
    /**
     * Keep the snapshot.
     */
    keepsnapshot?: boolean;
  }[];
  /**
   * Labels to keep in step with folders.
   *
   * Items: One label.
   */
  dirs?: {
    /**
     * The label.
     */
    label?: string;
    /**
     * The folder below mount.
     */
    dir?: string;
    /**
     * Leave the files there.
     */
    keepfiles?: boolean;
    /**
     * Who wins where both sides have changed.
     */
    onconflicts?: {
      /**
       * Before the function runs.
       */
      onstart?: {
        /**
         * The local file wins.
         */
        keeplocal?: boolean;
      };
      /**
       * After it has run.
       */
      onclose?: {
        /**
         * The local file wins.
         */
        keeplocal?: boolean;
      };
    };
  }[];
}

/**
 * What it is called with, for people and for forms: the server checks no call against it.
 */
export type Args = {
  /**
   * Of the argument.
   */
  name: string;
  /**
   * Of its values.
   */
  type: string;
  /**
   * What it means.
   */
  description?: string;
  /**
   * Cannot be left out.
   */
  required?: boolean;
  /**
   * The only values that it may have.
   */
  enum?: string[];
}[];

/**
 * A member of the colony that may take on work. The colony's owner (spec.options.colonyKey) adds, approves, rejects and removes it; its functions and capabilities only the executor itself may write, so those need its key. The server unregisters an executor that has asked for work before and not for ten minutes: such a one is approved again, and its functions are registered again. The name of a removed executor can never be given to another key, unless the server runs with COLONIES_ALLOW_EXECUTOR_REREGISTER (spec.options.reregister); what cannot change in place therefore takes another spec.name and another key.
 */
export interface ExecutorSpec {
  /**
   * Its name in the colony. It is its own for ever, and no other key can have it. Colons are refused: the server stores such an executor, and can list no executor of the colony any more. Default: metadata.name.
   */
  name?: string;
  /**
   * What work asks for under conditions.executortype: a process goes to any approved executor of its type.
   */
  executortype: string;
  /**
   * Its id, where somebody else holds the key: the hash of its public key, 64 lower-case hexadecimal digits. Instead of key.
   */
  executorid?: string;
  /**
   * Its private key, 64 hexadecimal digits; the id is made of it. Whoever runs the executor signs with it, so it is kept where that program finds it. One key is one executor on the whole server. Instead of executorid.
   */
  key?: string;
  /**
   * Whether it may take on work. False: it is rejected, and stays known.
   */
  approved?: boolean;
  /**
   * The place it stands at. Work that names a location goes to executors there alone; executors with a location take work without one as well.
   */
  locationname?: string;
  /**
   * What it has to offer, for people and for brokers: the server matches nothing of it with work. An executor may report its own; where a manifest sets them, they are put back.
   */
  capabilities?: {
    /**
     * The machines behind it, as a list: specs for Colonies before 1.9 have a single one here, without the dash.
     */
    hardware?: {
      /**
       * What it is called.
       */
      model?: string;
      /**
       * How many of them.
       */
      nodes?: number;
      /**
       * Processor time, in thousandths of a core.
       */
      cpu?: string;
      /**
       * Cores of one.
       */
      cores?: number;
      /**
       * Memory: Ki, Mi, Gi or TiB, as in what work asks for.
       */
      mem?: string;
      /**
       * Room for files: Ki, Mi, Gi or TiB.
       */
      storage?: string;
      /**
       * Its graphics processors.
       */
      gpu?: {
        /**
         * What they are called.
         */
        name?: string;
        /**
         * Memory of one: Ki, Mi, Gi or TiB.
         */
        mem?: string;
        /**
         * How many.
         */
        count?: number;
        /**
         * How many in one node.
         */
        nodecount?: number;
      };
      /**
       * Operating system.
       */
      platform?: string;
      /**
       * Instruction set.
       */
      architecture?: string;
      /**
       * Addresses or names of its networks.
       */
      network?: string[];
    }[];
    /**
     * What is installed on them, as a list.
     */
    software?: {
      /**
       * What it is called.
       */
      name?: string;
      /**
       * Of what sort it is.
       */
      type?: string;
      /**
       * Its version.
       */
      version?: string;
    }[];
  };
  /**
   * The functions that it offers, registered with its own key, which has to be given. An executor program may register more of them by itself: those are left alone. In place of these, each may be a Function manifest of its own.
   */
  functions?: {
    /**
     * What work calls it by: funcname.
     */
    name: string;
    /**
     * What it does, for people.
     */
    description?: string;
    args?: Args;
  }[];
}

/**
 * A function that an executor offers. The executor alone may register it and take it back, so that needs the executor's own key. It goes with its executor. The server knows no change in place: another value registers it anew, and its counters begin at zero. The server takes the same name twice; then the one that is not ours is removed.
 */
export interface FunctionSpec {
  /**
   * What work calls it by: funcname. Default: metadata.name.
   */
  name?: string;
  /**
   * The Executor that offers it; it has to be approved.
   */
  executor: string;
  /**
   * The executor's private key. Default: that of the Executor's manifest, which has none where it names an executorid.
   */
  key?: string;
  /**
   * What it does, for people.
   */
  description?: string;
  /**
   * What it is called with, for people and for forms: the server checks no call against it.
   */
  args?: {
    /**
     * Of the argument.
     */
    name: string;
    /**
     * Of its values.
     */
    type: string;
    /**
     * What it means.
     */
    description?: string;
    /**
     * Cannot be left out.
     */
    required?: boolean;
    /**
     * The only values that it may have.
     */
    enum?: string[];
  }[];
}

/**
 * A workflow that is submitted whenever enough arguments have been packed into the generator. Nothing of it changes in place: a new one takes the place of the old one, and the arguments that still wait in it are lost.
 */
export interface GeneratorSpec {
  /**
   * Its name in the colony. Default: the name of the manifest.
   */
  name?: string;
  /**
   * How many arguments make a run: its first functions are called with them. The server takes 0, divides by it and dies, again at every start.
   */
  trigger: number;
  /**
   * Seconds after which a run is made of what there is. Default: -1, never.
   */
  timeout?: number;
  /**
   * The functions of the workflow. They may stand in any order.
   *
   * @minItems 1
   */
  functionspecs: FuncSpec[];
}

/**
 * A user of the colony: whoever signs with the key behind its id is a member, and may read the colony, submit work, and make crons, generators and blueprints. The colony's owner (spec.options.colonyKey) adds and removes users, and is no member itself. A User with neither userid nor key is the one that this target reads and applies with (spec.options.key): on a fresh colony nobody may read anything before it is there. Nothing of a user changes in place: another value removes it and adds it again. Crons and generators that a removed user made stop running until its id is a member again.
 */
export interface UserSpec {
  /**
   * Its name in the colony. Colons are refused: the server stores such a user, and can list no user of the colony any more. Default: metadata.name.
   */
  name?: string;
  /**
   * Its id, where somebody else holds the key: the hash of its public key, 64 lower-case hexadecimal digits (whoever holds the key finds it with `colonies security id`). Instead of key.
   */
  userid?: string;
  /**
   * Its private key, 64 hexadecimal digits; the id is made of it. Instead of userid.
   */
  key?: string;
  /**
   * Anything; the server does not read it.
   */
  email?: string;
  /**
   * Anything; the server does not read it.
   */
  phone?: string;
}

/**
 * Functions that are called once, in the order that their dependencies ask for. Another spec is another run; what has run is not run again, whatever becomes of it on the server.
 */
export interface WorkflowSpec {
  /**
   * The functions of the workflow. They may stand in any order.
   *
   * @minItems 1
   */
  functionspecs: FuncSpec[];
  /**
   * Another number runs it again.
   */
  retry?: number;
}
