// Uses a service account as a program does, by Dfns' official client for TypeScript: signs a request with its three secrets.
// Standard input has JSON: url, organization, token, credentialId, privateKey, and the account that is to be deactivated.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const { DfnsApiClient } = require('@dfns/sdk');
const { AsymmetricKeySigner } = require('@dfns/sdk-keysigner');

const { url, organization, token, credentialId, privateKey, account } = JSON.parse(fs.readFileSync(0, 'utf8'));
const algorithm = crypto.createPrivateKey(privateKey).asymmetricKeyType === 'ed25519' ? undefined : 'sha256';
const signer = new AsymmetricKeySigner({ credId: credentialId, privateKey, algorithm });
const dfns = new DfnsApiClient({ baseUrl: url, orgId: organization, authToken: token, signer });

dfns.auth.deactivateServiceAccount({ serviceAccountId: account, body: {} }).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
