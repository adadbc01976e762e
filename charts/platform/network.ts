import type { App } from 'cdk8s';
import type { Party } from '#catalog/dataflow.ts';
import { declaredEdges, placeOf } from '#catalog/infrastructure.ts';
import { Component, type Platform } from '../lib/component.ts';
import { AllowPolicy, partyName } from '../lib/network.ts';

/** The parties of all edges, once each, whose pods are in a namespace of ours; services bring their own policies. */
function partiesIn(platform: Platform): readonly Party[] {
  const { catalog, environment } = platform;
  const parties = new Map<string, Party>();
  for (const party of declaredEdges(catalog, environment).flatMap(({ from, to }) => [from, to])) {
    const place = placeOf(catalog, environment, party);
    const isOurs = place.kind === 'pods' && catalog.namespaces.some(({ name }) => name === place.namespace);
    if (isOurs && party.kind !== 'service') parties.set(partyName(platform, party), party);
  }
  return [...parties].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, party]) => party);
}

/** What the parts of the platform itself may do on the network, by the declared edges. */
export class PlatformNetwork extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'network',
      summary: "Network policies of the platform's own parts.",
      owner: 'platform',
      namespace: 'kube-system',
      stage: 'foundation',
    });
    for (const party of partiesIn(platform)) new AllowPolicy(this, platform, party);
  }
}
