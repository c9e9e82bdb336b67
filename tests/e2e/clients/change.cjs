// Changes a service account, as a colleague does by Dfns' official client for TypeScript.
// Standard input has JSON: url, organization, username, credentialId, privateKey, the account, what is to be done with it, and
// the name or the role that is for.
'use strict';

const fs = require('node:fs');
const { DfnsApiClient, DfnsAuthenticator } = require('@dfns/sdk');
const { AsymmetricKeySigner } = require('@dfns/sdk-keysigner');

const { url, organization, username, credentialId, privateKey, account, act, to } = JSON.parse(fs.readFileSync(0, 'utf8'));

async function change() {
    const signer = new AsymmetricKeySigner({ credId: credentialId, privateKey, algorithm: 'sha256' });
    const authenticator = new DfnsAuthenticator({ baseUrl: url, signer });
    const { token } = await authenticator.login({ username, orgId: organization });
    const { auth, permissions } = new DfnsApiClient({ baseUrl: url, orgId: organization, authToken: token, signer });
    const it = { serviceAccountId: account };
    if (act === 'rename') await auth.updateServiceAccount({ ...it, body: { name: to } });
    else if (act === 'deactivate') await auth.deactivateServiceAccount({ ...it, body: {} });
    else if (act === 'activate') await auth.activateServiceAccount(it);
    else if (act === 'archive') await auth.archiveServiceAccount(it);
    else if (act === 'give') {
        const { items } = await permissions.listPermissions({});
        const permissionId = items.find((item) => item.name === to).id;
        await permissions.createAssignment({ permissionId, body: { identityId: account } });
    } else throw new Error(`${act} is nothing that is done here`);
}

change().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
