import { k8s } from 'cdk8s-plus-27';
import type { Service } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import type { Component } from '../lib/component.ts';
import { selectorOf, servicePorts } from './pod.ts';

const annotation = (name: string, value: string) => ({
  [`service.beta.kubernetes.io/aws-load-balancer-${name}`]: value,
});

/**
 * Players come by a network load balancer of their own, straight to the pods and past the mesh: the game protocol has a
 * handshake of its own, and UDP has no sidecar. Health is asked by TCP, because UDP does not answer.
 */
export function addGameBalancer(scope: Component, service: Service): void {
  const ports = Object.entries(service.ports).filter(([, { exposure }]) => exposure === 'game');
  const [answering] = ports.filter(([, { protocol }]) => protocol === 'tcp');
  if (!answering) return;
  const [, { number }] = answering;
  new k8s.KubeService(scope, 'Service-game', {
    metadata: {
      name: names.gameService(service.name),
      namespace: scope.props.namespace,
      annotations: {
        ...annotation('type', 'external'),
        ...annotation('nlb-target-type', 'ip'),
        ...annotation('scheme', 'internet-facing'),
        ...annotation('healthcheck-protocol', 'TCP'),
        ...annotation('healthcheck-port', String(number)),
        'external-dns.alpha.kubernetes.io/hostname': names.gameHost(scope.platform.environment),
      },
    },
    spec: {
      type: 'LoadBalancer',
      allocateLoadBalancerNodePorts: false,
      selector: selectorOf(service),
      ports: servicePorts(ports),
    },
  });
}
