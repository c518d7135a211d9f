DROP INDEX payable_supplier_invoice;
