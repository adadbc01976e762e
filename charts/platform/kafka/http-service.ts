import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

export interface HttpServiceProps {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
}

export const HTTP_PORT = 'http';

/** The one port of a part that speaks HTTP, under the name of the part. */
export class HttpService extends k8s.KubeService {
  constructor(scope: Construct, { name, namespace, selector, port }: HttpServiceProps) {
    super(scope, 'Service', {
      metadata: { name, namespace },
      spec: {
        type: 'ClusterIP',
        selector: { ...selector },
        ports: [
          {
            name: HTTP_PORT,
            port,
            targetPort: k8s.IntOrString.fromString(HTTP_PORT),
            protocol: 'TCP',
            appProtocol: 'http',
          },
        ],
      },
    });
  }
}
