// Made from the JSON Schemas by `npm run types`: change those.

/**
 * A Siddhi query over streams of the data plane, run by the controller of an agent. The fabric can neither show nor list one, and takes every query for good, so nothing of it can be verified; with a restart of its controller it is lost.
 */
export interface CepQuerySpec {
  /**
   * The agent whose controller runs it.
   */
  agent: {
    /**
     * Its region.
     */
    region: string;
    /**
     * Its name.
     */
    agent: string;
  };
  /**
   * The stream that it reads.
   */
  input: {
    /**
     * Its stream_name on the data plane, and its name in the query: letters, digits and underscores, as Siddhi takes them.
     */
    stream: string;
    /**
     * Its attributes as Siddhi writes them.
     */
    attributes: string;
  };
  /**
   * The stream that it writes.
   */
  output: {
    /**
     * Its stream_name on the data plane, and its name in the query: letters, digits and underscores, as Siddhi takes them.
     */
    stream: string;
    /**
     * Its attributes as Siddhi writes them.
     */
    attributes: string;
  };
  /**
   * The query, over the names of the two streams.
   */
  query: string;
  /**
   * Another number adds the query anew: after its controller was restarted, say.
   */
  retry?: number;
}

/**
 * Copies files from a folder on one agent to a folder on another, for as long as it is written down: two filerepo plugins. What is new or changed is copied; what is deleted at the source stays at the destination, and files of folders below it arrive in one folder.
 */
export interface FileSyncSpec {
  /**
   * The file repository: the name of a PluginPackage whose JAR is io.cresco.filerepo.
   */
  plugin: string;
  /**
   * Under which name the two find each other on the fabric. Default: the name of the manifest.
   */
  name?: string;
  /**
   * Where files come from.
   */
  from: {
    /**
     * Its region.
     */
    region: string;
    /**
     * Its name.
     */
    agent: string;
    /**
     * The folder that is scanned, on that agent's machine.
     */
    folder: string;
    /**
     * Folders below it are scanned as well.
     */
    recursive?: boolean;
    /**
     * Until the first scan.
     */
    delay?: number;
    /**
     * From one scan to the next.
     */
    every?: number;
    /**
     * Nothing but true: a plugin that has died is a difference, and is started anew.
     */
    running?: true;
  };
  /**
   * Where files go.
   */
  to: {
    /**
     * Its region.
     */
    region: string;
    /**
     * Its name.
     */
    agent: string;
    /**
     * The folder that receives, on that agent's machine.
     */
    folder: string;
    /**
     * Nothing but true: a plugin that has died is a difference, and is started anew.
     */
    running?: true;
  };
}

/**
 * Plugins on agents and the connections between them, placed and removed together. A change makes a new pipeline beside the old one, which goes when the new one is healthy.
 */
export interface PipelineSpec {
  /**
   * What the fabric calls it. Default: the name of the manifest.
   */
  name?: string;
  /**
   * Its plugins.
   *
   * @minItems 1
   *
   * Items: One plugin of the pipeline.
   */
  nodes: {
    /**
     * Names it inside the pipeline: edges refer to it.
     */
    name: string;
    /**
     * Which plugin: the name of a PluginPackage.
     */
    plugin: string;
    /**
     * The agent that it runs on.
     */
    agent: {
      /**
       * Its region.
       */
      region: string;
      /**
       * Its name.
       */
      agent: string;
    };
    /**
     * What the plugin is configured with: a flat map. The fabric keeps everything as text, so 15 and "15" are the same. Words that Cresco or Setpoint use themselves are refused.
     */
    params?: {
      [k: string]: string | number | boolean;
    };
    /**
     * Parameters that nobody may read: passwords, tokens. They are given to the plugin beside params, and are in no plan, state or log of Setpoint; on the fabric they are as readable as every parameter.
     */
    secrets?: {
      /**
       * One secret parameter.
       */
      [k: string]: string;
    };
    /**
     * Nothing but true: a plugin that has died is a difference, and is started anew.
     */
    running?: true;
  }[];
  /**
   * Its connections; they may go round. Two nodes have at most one in each direction.
   *
   * Items: One connection.
   */
  edges?: {
    /**
     * The name of the node that it begins at.
     */
    from: string;
    /**
     * The name of the node that it leads to.
     */
    to: string;
    /**
     * Handed to the plugins at both ends: a flat map, everything as text.
     */
    params?: {
      [k: string]: string | number | boolean;
    };
  }[];
}

/**
 * A plugin that runs on an agent.
 */
export interface PluginSpec {
  /**
   * Which plugin: the name of a PluginPackage.
   */
  plugin: string;
  /**
   * The agent that it runs on.
   */
  agent: {
    /**
     * Its region.
     */
    region: string;
    /**
     * Its name.
     */
    agent: string;
  };
  /**
   * The plugin's id, unique on the whole fabric. Default: the name of the manifest, shortened where it is longer than the 43 characters that the server has room for.
   */
  id?: string;
  /**
   * What the plugin is configured with: a flat map. The fabric keeps everything as text, so 15 and "15" are the same. Words that Cresco or Setpoint use themselves are refused.
   */
  params?: {
    [k: string]: string | number | boolean;
  };
  /**
   * Parameters that nobody may read: passwords, tokens. They are given to the plugin beside params, and are in no plan, state or log of Setpoint; on the fabric they are as readable as every parameter.
   */
  secrets?: {
    /**
     * One secret parameter.
     */
    [k: string]: string;
  };
  /**
   * Started again with its agent. Otherwise it is gone when the agent restarts, and drift from then on.
   */
  persistent?: boolean;
  /**
   * Nothing but true: a plugin that has died is a difference, and is started anew.
   */
  running?: true;
}

/**
 * The JAR of a plugin in the repositories of the fabric. It is uploaded where none of them has it; nothing can take one out again.
 */
export interface PluginPackageSpec {
  /**
   * The JAR, relative to the folder of setpoint.yaml. Its name, version and digest are read from it.
   */
  jar?: string;
  /**
   * Where to fetch the JAR when it has to be uploaded. Its name, version, md5 and sha256 are written here then, and what comes is held to them.
   */
  url?: string;
  /**
   * Bundle-SymbolicName of the JAR. Read from it where there is a jar.
   */
  name?: string;
  /**
   * Bundle-Version of the JAR. Read from it where there is a jar.
   */
  version?: string;
  /**
   * MD5 of the JAR in hexadecimal: what the fabric calls it by. Read from it where there is a jar.
   */
  md5?: string;
  /**
   * SHA-256 of the JAR in hexadecimal: what is fetched or read has to have it. Needed with url, since an MD5 can be forged.
   */
  sha256?: string;
}

/**
 * A command that runs on an agent for as long as it is written down: an executor plugin that starts it. A process that has ended is started again.
 */
export interface ProcessSpec {
  /**
   * The executor: the name of a PluginPackage whose JAR is io.cresco.executor.
   */
  plugin: string;
  /**
   * The agent that it runs on.
   */
  agent: {
    /**
     * Its region.
     */
    region: string;
    /**
     * Its name.
     */
    agent: string;
  };
  /**
   * What is run, by /bin/sh -c on the agent's machine (CMD /C on Windows).
   */
  command: string;
  /**
   * The stream_name of its output on the data plane. Default: the name of the manifest.
   */
  stream?: string;
  /**
   * Lets the executor measure it.
   */
  metrics?: boolean;
  /**
   * The plugin's id, unique on the whole fabric. Default: the name of the manifest, shortened where it is longer than the 43 characters that the server has room for.
   */
  id?: string;
  /**
   * What the plugin is configured with: a flat map. The fabric keeps everything as text, so 15 and "15" are the same. Words that Cresco or Setpoint use themselves are refused.
   */
  params?: {
    [k: string]: string | number | boolean;
  };
  /**
   * Parameters that nobody may read: passwords, tokens. They are given to the plugin beside params, and are in no plan, state or log of Setpoint; on the fabric they are as readable as every parameter.
   */
  secrets?: {
    /**
     * One secret parameter.
     */
    [k: string]: string;
  };
  /**
   * Started again with its agent. Otherwise it is gone when the agent restarts, and drift from then on.
   */
  persistent?: boolean;
  /**
   * Nothing but true: a process that has ended, or whose executor has died, is a difference, and is started anew.
   */
  running?: true;
}
