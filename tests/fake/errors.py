"""AWS's error codes: the HTTP status of each, and AWS's sentences for the common ones.

`AwsError` is raised wherever a request is refused and becomes an answer only in `app.py`.
"""

STATUS = {
    "AccessDenied": 403,
    "ConcurrentModification": 409,
    "DeleteConflict": 409,
    "EntityAlreadyExists": 409,
    "EntityTemporarilyUnmodifiable": 409,
    "ExpiredToken": 403,
    "ExpiredTokenException": 403,
    "IDPCommunicationError": 400,
    "IDPRejectedClaim": 403,
    "IncompleteSignature": 400,
    "InternalFailure": 500,
    "InvalidAction": 400,
    "InvalidClientTokenId": 403,
    "InvalidIdentityToken": 400,
    "InvalidInput": 400,
    "InvalidUserType": 400,
    "LimitExceeded": 409,
    "MalformedPolicyDocument": 400,
    "MissingAction": 400,
    "MissingAuthenticationToken": 403,
    "NoSuchEntity": 404,
    "NotAuthorized": 400,
    "OptInRequired": 403,
    "PasswordPolicyViolation": 400,
    "RegionDisabledException": 403,
    "RequestExpired": 400,
    "RequestLimitExceeded": 503,
    "RequestThrottled": 400,
    "ServiceFailure": 500,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
    "SlowDown": 503,
    "Throttling": 400,
    "ThrottlingException": 400,
    "TooManyRequestsException": 429,
    "UnmodifiableEntity": 400,
    "ValidationError": 400,
}

MESSAGE = {
    "EntityTemporarilyUnmodifiable":
        "Login Profile for User {user} cannot be modified while login profile is being created.",
    "ExpiredToken": "The security token included in the request is expired",
    "IDPCommunicationError": "Your request to the identity provider could not be completed.",
    "InvalidClientTokenId": "The security token included in the request is invalid.",
    "LimitExceeded": "Cannot exceed quota for LoginProfilesPerUser: 1",
    "RequestExpired": "Request has expired.",
    "ServiceFailure": "An internal server error occurred.",
    "ServiceUnavailable": "Service is temporarily unavailable.",
    "SignatureDoesNotMatch":
        "The request signature we calculated does not match the signature you provided. Check your"
        " AWS Secret Access Key and signing method. Consult the service documentation for details.",
    "Throttling": "Rate exceeded",
    "ThrottlingException": "Rate exceeded",
}


class AwsError(Exception):
    """A refusal as AWS words it. `status` defaults to the one AWS uses for `code` (400 if new).
    {user} in a message becomes the request's UserName."""

    def __init__(self, code, message=None, status=None):
        super().__init__(code)
        self.code = code
        self.message = MESSAGE.get(code, code) if message is None else message
        self.status = status or STATUS.get(code, 400)

    @property
    def kind(self):
        """The <Type> element: whose fault it is."""
        return "Receiver" if self.status >= 500 else "Sender"
