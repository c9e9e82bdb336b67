// Does with Dfns' official client for TypeScript what Keybearer does, against the sandbox, with a key of each kind: logs
// in, signs, lists, creates, and is refused. Arguments: the sandbox's URL, its organization, and the name of its admin.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { DfnsApiClient, DfnsAuthenticator, DfnsError, BaseAuthApi } = require('@dfns/sdk');
const { AsymmetricKeySigner } = require('@dfns/sdk-keysigner');

const [baseUrl, orgId, username] = process.argv.slice(2);

/** What openssl makes for each kind of key, and what the signer is told of it. */
const KINDS = {
    ed25519: { type: 'ed25519', options: {}, algorithm: undefined },
    p256: { type: 'ec', options: { namedCurve: 'P-256' }, algorithm: 'sha256' },
    secp256k1: { type: 'ec', options: { namedCurve: 'secp256k1' }, algorithm: 'sha256' },
    rsa: { type: 'rsa', options: { modulusLength: 2048 }, algorithm: 'sha256' },
};

function newKey(kind) {
    const { type, options, algorithm } = KINDS[kind];
    const { publicKey, privateKey } = crypto.generateKeyPairSync(type, {
        ...options,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return { publicKey, privateKey, algorithm };
}

async function enrol(publicKey) {
    const response = await fetch(`${baseUrl}/_sandbox/credential`, {
        method: 'POST',
        headers: { 'x-keybearer-sandbox': 'control' },
        body: JSON.stringify({ persona: 'admin', publicKey }),
    });
    return (await response.json()).credentialId;
}

/** Whether it is refused with this status, in words that hold these. */
async function refused(promise, status, words) {
    await assert.rejects(promise, (error) => {
        assert(error instanceof DfnsError, String(error));
        assert.equal(error.httpStatus, status, error.message);
        assert(error.message.includes(words), error.message);
        return true;
    });
}

async function useUserActionTwice(options, signer) {
    const body = JSON.stringify({ name: `Once ${crypto.randomUUID()}`, publicKey: newKey('p256').publicKey });
    const challenge = await BaseAuthApi.createUserActionChallenge(
        {
            userActionPayload: body,
            userActionHttpMethod: 'POST',
            userActionHttpPath: '/auth/service-accounts',
            userActionServerKind: 'Api',
        },
        options,
    );
    const firstFactor = await signer.sign(challenge);
    const { userAction } = await BaseAuthApi.signUserActionChallenge(
        { challengeIdentifier: challenge.challengeIdentifier, firstFactor },
        options,
    );
    const send = () =>
        fetch(`${baseUrl}/auth/service-accounts`, {
            method: 'POST',
            headers: { authorization: `Bearer ${options.authToken}`, 'x-dfns-useraction': userAction },
            body,
        });
    assert.equal((await send()).status, 200);
    const again = await send();
    assert.equal(again.status, 400);
    assert.equal((await again.json()).error.message, 'user action has already been used');
}

async function withKeyOf(kind) {
    const key = newKey(kind);
    const credId = await enrol(key.publicKey);
    const signer = new AsymmetricKeySigner({ credId, privateKey: key.privateKey, algorithm: key.algorithm });
    const wrong = new AsymmetricKeySigner({ credId, privateKey: newKey(kind).privateKey, algorithm: key.algorithm });

    const { token } = await new DfnsAuthenticator({ baseUrl, signer }).login({ username, orgId });
    await refused(
        new DfnsAuthenticator({ baseUrl, signer: wrong }).login({ username, orgId }),
        401,
        'The signature of the challenge is wrong.',
    );
    const options = { baseUrl, orgId, authToken: token, signer };
    const dfns = new DfnsApiClient(options);

    const page = await dfns.permissions.listPermissions({ query: { limit: 2 } });
    const next = await dfns.permissions.listPermissions({ query: { limit: 2, paginationToken: page.nextPageToken } });
    const role = next.items.find((item) => !item.isArchived);
    const wish = { name: `Bot é "${kind}"`, publicKey: newKey(kind).publicKey, daysValid: 365, permissionId: role.id };
    const made = await dfns.auth.createServiceAccount({ body: wish });
    const serviceAccountId = made.userInfo.userId;
    assert.equal(made.userInfo.permissionAssignments[0].permissionId, role.id);
    assert(made.accessTokens[0].accessToken && made.accessTokens[0].credId);
    const { items } = await dfns.auth.listServiceAccounts();
    const listed = items.find((item) => item.userInfo.userId === serviceAccountId);
    assert.equal(listed.accessTokens[0].publicKey, wish.publicKey);
    assert.equal(listed.accessTokens[0].accessToken, undefined);

    await dfns.auth.updateServiceAccount({ serviceAccountId, body: { name: `Renamed ${kind}` } });
    await dfns.auth.deactivateServiceAccount({ serviceAccountId, body: {} });
    await dfns.auth.activateServiceAccount({ serviceAccountId });
    const other = page.items[1];
    const given = await dfns.permissions.createAssignment({
        permissionId: other.id,
        body: { identityId: serviceAccountId },
    });
    const { items: assignments } = await dfns.permissions.listAssignments({ permissionId: other.id });
    assert(assignments.some((item) => item.id === given.id));
    await dfns.auth.archiveServiceAccount({ serviceAccountId, query: { force: true } });

    const pat = await dfns.auth.createPersonalAccessToken({
        body: { name: `PAT ${kind}`, publicKey: newKey(kind).publicKey, secondsValid: 3600 },
    });
    await dfns.auth.archivePersonalAccessToken({ tokenId: pat.tokenId });
    const machine = new DfnsApiClient({ ...options, authToken: pat.accessToken });
    await refused(machine.auth.listServiceAccounts(), 401, 'Unauthorized');

    const unknown = { ...wish, name: 'Unknown', maid: true };
    await refused(dfns.auth.createServiceAccount({ body: unknown }), 400, 'maid');
    const forged = new DfnsApiClient({ ...options, signer: wrong });
    await refused(
        forged.auth.createServiceAccount({ body: { ...wish, name: 'Forged' } }),
        403,
        'The signature of the challenge is wrong.',
    );
    await useUserActionTwice(options, signer);

    const credentials = await dfns.auth.listCredentials();
    const { credentialUuid } = credentials.items.find((item) => item.credentialId === credId);
    await dfns.auth.deactivateCredential({ body: { credentialUuid } });
    await dfns.auth.logout({ body: { allSessions: false } });
    await refused(dfns.permissions.listPermissions(), 401, 'Unauthorized');
}

async function main() {
    for (const kind of Object.keys(KINDS)) {
        await withKeyOf(kind);
    }
}

main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
