export { compile } from './compile.ts';
export type {
  BaseType,
  Compiled,
  CompileOptions,
  Content,
  ExtensionUse,
  Mode,
  ModuleInfo,
  ModuleSource,
  NamedValue,
  NodeKind,
  Problem,
  ProblemCode,
  Rule,
  Schema,
  SchemaNode,
  TypeInfo,
  Validated,
  ValidateOptions,
} from './schema.ts';
export { formatPath, parsePath, quoteKeyPredicates, type PathStep } from './path.ts';
