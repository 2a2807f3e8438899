#!/usr/bin/env node
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../cdk.json' with { type: 'json' };
import { readConfig, refuseUnknownSettings } from '../lib/config.ts';
import { bundleHandlers } from '../lib/constructs/handler-bundles.ts';
import { millraceStacks } from '../lib/stacks/millrace-stacks.ts';

const app = new App({ context: cdkJson.context });
refuseUnknownSettings(Object.keys(app.node.getAllContext()));
const config = readConfig(key => app.node.tryGetContext(key), process.env);
const bundles = bundleHandlers({ root: join(import.meta.dirname, '..') });
millraceStacks(app, { config, bundles });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
