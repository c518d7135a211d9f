DROP INDEX document_waybill_unique;
DROP TABLE waybill, attestation;
