// Made from the JSON Schemas by `npm run types`: change those.

/**
 * A part of a YANG-modelled configuration datastore. It owns exactly the leaves that it sets: whatever else stands below the same path is left alone, unless replace says otherwise.
 */
export interface ConfigSpec {
  /**
   * The YANG module in which the path begins.
   */
  module: string;
  /**
   * The data path of a container or of one list entry. Names need no module where they are unambiguous; keys stand in predicates, /recipes[name='Citra'][version='v1'], or as in RESTCONF, /recipes=Citra,v1.
   */
  path: string;
  /**
   * What is to stand at the path, as YANG data. Numbers may be written as numbers: 18.5 and "18.50" are one temperature. Checked against the module without any live system.
   */
  config?: {};
  zone?: Zone;
  /**
   * Own the whole subtree: what others put there is a difference, and goes. Default: false.
   */
  replace?: boolean;
}

/**
 * Short for the three leaves of a temperature zone: setpoint is the target, highpoint and lowpoint are the target plus and minus the band.
 */
export interface Zone {
  /**
   * The temperature to keep.
   */
  target: number | string;
  /**
   * How far it may be off before heating or cooling starts. Default: 0.3.
   */
  band?: number | string;
}
