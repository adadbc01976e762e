/** Where the tree goes: what the cdk8s command line asks for, or where `gm synth` puts it too. */
export const outputFolder = (): string => process.env.CDK8S_OUTDIR || 'dist/gitops';
