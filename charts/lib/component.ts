import { type App, Chart } from 'cdk8s';
import type { Catalog, Environment } from '#catalog/index.ts';
import { PLATFORM } from '#catalog/names.ts';
import type { ImageDigests } from './images.ts';

/** The folder that an object comes from, and the team that answers for it. */
export const COMPONENT_LABEL = `${PLATFORM}/component`;
export const TEAM_LABEL = `${PLATFORM}/team`;

/** What every component is made from. */
export interface Platform {
  readonly catalog: Catalog;
  readonly environment: Environment;
  /** Digests of the environment's images by service; a service without one has not been built. */
  readonly images: ImageDigests;
}

/** When a component is applied, as the sync wave of its Application: what others stand on comes first. */
export const STAGES = {
  foundation: -30,
  operators: -20,
  access: -10,
  data: 0,
  messaging: 10,
  services: 20,
} as const;
export type Stage = keyof typeof STAGES;

export interface ComponentProps {
  /** Folder below the environment and name of the Application. */
  readonly name: string;
  readonly summary: string;
  /** The team whose AppProject bounds it. */
  readonly owner: string;
  /** Where its objects go unless they say otherwise. */
  readonly namespace: string;
  readonly stage: Stage;
  /** `planned`: in the tree, but outside the app-of-apps. */
  readonly status?: 'built' | 'planned';
}

/** One folder of the tree and, when built, one Argo CD Application. */
export class Component extends Chart {
  readonly platform: Platform;
  readonly props: Required<ComponentProps>;

  /** cdk8s makes `instanceof` true for any chart, so a component is known by what only it has. */
  static isComponent(this: void, construct: object): construct is Component {
    return Chart.isChart(construct) && 'platform' in construct;
  }

  constructor(scope: App, platform: Platform, props: ComponentProps) {
    super(scope, props.name, {
      disableResourceNameHashes: true,
      labels: {
        'app.kubernetes.io/part-of': PLATFORM,
        [COMPONENT_LABEL]: props.name,
        [TEAM_LABEL]: props.owner,
      },
    });
    this.platform = platform;
    this.props = { status: 'built', ...props };
  }

  /** Name and namespace of an object of this component. */
  protected named(name: string, labels: Readonly<Record<string, string>> = {}) {
    return { name, namespace: this.props.namespace, labels: { ...labels } };
  }
}

export const componentsOf = (app: App): readonly Component[] => app.node.children.filter(Component.isComponent);
