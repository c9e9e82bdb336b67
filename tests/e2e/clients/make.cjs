// Makes a service account with a role, as a colleague does by Dfns' official client for TypeScript, and tells its ids.
// Standard input has JSON: url, organization, username, credentialId, privateKey, and the names of the account and of its role.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const { DfnsApiClient, DfnsAuthenticator } = require('@dfns/sdk');
const { AsymmetricKeySigner } = require('@dfns/sdk-keysigner');

const { url, organization, username, credentialId, privateKey, name, role } = JSON.parse(fs.readFileSync(0, 'utf8'));

async function make() {
    const signer = new AsymmetricKeySigner({ credId: credentialId, privateKey, algorithm: 'sha256' });
    const authenticator = new DfnsAuthenticator({ baseUrl: url, signer });
    const { token } = await authenticator.login({ username, orgId: organization });
    const dfns = new DfnsApiClient({ baseUrl: url, orgId: organization, authToken: token, signer });
    const { items } = await dfns.permissions.listPermissions({});
    const { publicKey } = crypto.generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const permissionId = items.find((item) => item.name === role).id;
    const made = await dfns.auth.createServiceAccount({ body: { name, publicKey, permissionId, daysValid: 30 } });
    const ids = { account: made.userInfo.userId, credential: made.accessTokens[0].credId };
    process.stdout.write(JSON.stringify(ids));
}

make().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
