// Made from the JSON Schemas by `npm run types`: change those.

/**
 * One live system: which provider speaks to it, where it is and how hard it may be worked.
 */
export interface TargetSpec {
  /**
   * The provider that speaks its protocol: confhoard.
   */
  provider: string;
  /**
   * A URL, or a folder for an embedded system; folders are relative to the folder of setpoint.yaml. May be left out where every environment sets it.
   */
  address?: string;
  /**
   * What else the provider needs: credentials (as secrets), tenants, modes. The provider's page lists them.
   */
  options?: {
    [k: string]: unknown;
  };
  limits?: Limits;
}

/**
 * How hard the system may be worked.
 */
export interface Limits {
  /**
   * Requests at the same time.
   */
  parallel?: number;
  /**
   * Requests a second, on average.
   */
  ratePerSecond?: number;
  /**
   * How long one request may take.
   */
  timeoutMs?: number;
}

/**
 * Where state lives. git: on a ref of its own in this repository. folder: in a folder relative to setpoint.yaml. Default: the folder .setpoint/state.
 */
export type State =
  | 'git'
  | {
      /**
       * The folder, relative to setpoint.yaml.
       */
      folder: string;
    };

/**
 * How many objects one run may delete. A plan that wants more is refused.
 */
export type DeletionBudget = number;

/**
 * The file setpoint.yaml: where the manifests are, which environments there are, and where state lives.
 */
export interface ProjectManifest {
  /**
   * Always setpoint/v1.
   */
  apiVersion: 'setpoint/v1';
  /**
   * Always Project.
   */
  kind: 'Project';
  /**
   * What the project is called.
   */
  metadata: {
    /**
     * Name of the project.
     */
    name: string;
    /**
     * Words for people and other programs.
     */
    labels?: {
      [k: string]: string;
    };
    /**
     * Notes for people and other programs.
     */
    annotations?: {
      [k: string]: string;
    };
  };
  /**
   * The project's settings.
   */
  spec?: {
    /**
     * Folders of manifests that all environments share. Default: manifests. Folders of environments inside them are left out.
     */
    manifests?: string | string[];
    /**
     * The environments by name. A project without any has one, called default.
     */
    environments?: {
      [k: string]: Environment;
    };
    /**
     * The environment that is meant where none is named with -e.
     */
    environment?: string;
    state?: State;
    deletionBudget?: DeletionBudget;
  };
}

/**
 * One place where the project runs.
 */
export interface Environment {
  /**
   * Folders of whole manifests that only this environment has.
   */
  manifests?: string | string[];
  /**
   * What is different about a target here, by the target's name. With a provider it is a target of its own and needs no Target manifest.
   */
  targets?: {
    [k: string]: TargetSettings;
  };
  state?: State;
  deletionBudget?: DeletionBudget;
}

export interface TargetSettings {
  /**
   * The provider that speaks its protocol.
   */
  provider?: string;
  /**
   * A URL, or a folder relative to setpoint.yaml.
   */
  address?: string;
  /**
   * Options that replace those of the Target manifest, one by one.
   */
  options?: {
    [k: string]: unknown;
  };
  /**
   * Limits that replace those of the Target manifest, one by one.
   */
  limits?: {
    /**
     * Requests at the same time.
     */
    parallel?: number;
    /**
     * Requests a second, on average.
     */
    ratePerSecond?: number;
    /**
     * How long one request may take.
     */
    timeoutMs?: number;
  };
}
