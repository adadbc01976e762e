import type { EnvironmentName } from '#catalog/index.ts';
import type { Node } from './node.ts';

/** One resource of a CloudFormation template. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Node;
}

/** One synthesized CloudFormation template. */
export interface Template {
  readonly environment: EnvironmentName;
  readonly file: string;
  /** The stack's name, which is the file's name without `.template.json`. */
  readonly stack: string;
  readonly root: Node;
  readonly resources: readonly Resource[];
}
