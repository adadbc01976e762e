// Without it every Template.fromStack runs the CDK validation engine (seconds a stack).
process.env.CDK_VALIDATION = 'false';
