import type { App } from 'cdk8s';
import type { EnvironmentName } from '#catalog/index.ts';
import { componentsOf, type Platform } from './component.ts';
import { fileOf, manifestsOf, textOf } from './manifest.ts';
import type { Files } from './tree.ts';

export interface SynthesizedComponent {
  readonly name: string;
  /** `planned`: outside the app-of-apps. */
  readonly status: 'built' | 'planned';
  readonly manifests: number;
}

export interface SynthesizedEnvironment {
  readonly name: EnvironmentName;
  readonly components: readonly SynthesizedComponent[];
  readonly manifests: number;
}

export interface Rendered {
  readonly files: Files;
  readonly summary: SynthesizedEnvironment;
}

/** Every manifest of an environment as text by path, and how many there are. */
export function render(environment: EnvironmentName, app: App): Rendered {
  const files = new Map<string, string>();
  const components = componentsOf(app).map((component): SynthesizedComponent => {
    const { name, status } = component.props;
    const manifests = manifestsOf(component);
    for (const manifest of manifests) files.set(`${name}/${fileOf(manifest)}`, textOf(manifest));
    return { name, status, manifests: manifests.length };
  });
  return { files, summary: { name: environment, components, manifests: files.size } };
}

/** Says which images stand in as placeholders; planned services have none by nature. */
export function unbuiltIn({ catalog, environment, images }: Platform): readonly string[] {
  const unbuilt = catalog.services.filter(({ name, status }) => status === 'built' && !images[name]);
  if (unbuilt.length === 0) return [];
  const list = unbuilt.map(({ name }) => name).join(', ');
  return [
    `${environment.name}: images.${environment.name}.json has no digest of ${list}; a placeholder stands for each until CI has built it.`,
  ];
}
